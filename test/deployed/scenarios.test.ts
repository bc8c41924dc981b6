/** Plays the scenarios of every playbook whose turn it is on one deployment: really deployed, policies enforced, answers signed. */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isTurnOf } from '../depth.ts';
import { compare, compareAnswers } from '../scenario/compare.ts';
import { observe } from '../scenario/observe.ts';
import { parseScenario, readScenario, ScenarioError } from '../scenario/parse.ts';
import { play } from '../scenario/play.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { blindSpots } from '../scenario/spoil.ts';
import { deployed } from './deployed.ts';

const root = join(import.meta.dirname, '../..');
const patience = { timeout: 600_000 };

const scenarios = globSync('playbooks/*/scenarios/*.yaml', { cwd: root })
  .filter((file) => isTurnOf(file, file))
  .toSorted()
  .map((file) => ({
    name: `${basename(join(dirname(file), '..'))}/${basename(file, '.yaml')}`,
    scenario: readScenario(join(root, file)),
  }));

/** Some faults hit everybody, and what one person is told names no incident: these are played alone. */
const alone = ({ afterwards, ...first }: Scenario): boolean =>
  [first, ...afterwards].some(
    ({ faults, slackFaults, answers }) =>
      slackFaults.length > 0 ||
      faults.some(({ hits }) => hits === 'everything') ||
      Object.values(answers)
        .flat()
        .some(({ told }) => told),
  );

const deployment = deployed();

async function playAndCompare({ scenario }: (typeof scenarios)[number]): Promise<void> {
  let number = 0;
  await play(deployment, scenario, async (played) => {
    number++;
    const observed = await observe(played);
    const differences = [...compare(played.round.expect, observed), ...compareAnswers(played.round, observed.answers)];
    const runs = played.runs.map(({ arn }) => arn);
    expect(differences, `round ${number}, ${runs.join(', ')}, log ${deployment.sandbox.work}`).toEqual([]);
    expect(blindSpots(played.round, observed), `round ${number}: expectations that cannot fail`).toEqual([]);
  });
}

const lonely = scenarios.filter(({ scenario }) => alone(scenario));
const others = scenarios.filter(({ scenario }) => !alone(scenario));

// Not each commit's turn has some of both.
describe.skipIf(others.length === 0)('a few at a time', { ...patience, concurrent: true }, () => {
  test.for(others)('$name: $scenario.title', playAndCompare);
});

describe.skipIf(lonely.length === 0)('alone', patience, () => {
  test.for(lonely)('$name: $scenario.title', playAndCompare);
});

describe('a scenario file', () => {
  const good = 'title: t\nfindings:\n  - type: Trojan:EC2/DropPoint\nexpect:\n  ending: contained\n';
  const wrong = (text: string): string => {
    try {
      parseScenario(text, 'x.yaml');
    } catch (error) {
      if (error instanceof ScenarioError) return error.message;
      throw error;
    }
    return 'accepted';
  };

  test.for([
    ['nothing wrong', good, 'accepted'],
    ['a key at the top', `${good}answer: {}\n`, 'x.yaml: answer: unknown key; did you mean "answers"?'],
    [
      'a key of the expectation',
      `${good}  snapshot: 2\n`,
      'x.yaml: expect.snapshot: unknown key; did you mean "snapshots"?',
    ],
    [
      'a key inside a list',
      `${good}faults:\n  - { action: 'ec2:CreateSnapshots', effect: deny, time: 1 }\n`,
      'x.yaml: faults.0.time: unknown key; did you mean "times"?',
    ],
    [
      'a key of an answer',
      `${good}answers:\n  quarantine:\n    - { by: Rosa, say: approve }\n`,
      'x.yaml: answers.quarantine.0.say: unknown key; did you mean "says"?',
    ],
    ['a value', good.replace('contained', 'container'), /^x\.yaml: expect\.ending: Invalid option/],
    ['nothing that starts it', 'title: t\nexpect: {}\n', 'x.yaml: the file: should have either findings or a release'],
    ['what is no YAML', 'title: [', /^x\.yaml: /],
  ] as const)('with %s', ([, text, message]) => {
    expect(wrong(text)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

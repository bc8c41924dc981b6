/** Plays every scenario of every playbook on one deployment: really deployed, policies enforced, answers signed. */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployed } from './deployed.ts';
import { compare, compareAnswers } from './scenario/compare.ts';
import { observe } from './scenario/observe.ts';
import { play } from './scenario/play.ts';
import { readScenario, type Scenario } from './scenario/scenario.ts';

const root = join(import.meta.dirname, '..');
const patience = { timeout: 120_000 };

const scenarios = globSync('playbooks/*/scenarios/*.yaml', { cwd: root })
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
  });
}

describe.concurrent('two at a time', patience, () => {
  test.for(scenarios.filter(({ scenario }) => !alone(scenario)))('$name: $scenario.title', playAndCompare);
});

describe('alone', patience, () => {
  test.for(scenarios.filter(({ scenario }) => alone(scenario)))('$name: $scenario.title', playAndCompare);
});

/** Plays one run of each playbook alone, and writes what it used beside the playbook: `npm run measure`. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { camel } from '../../lib/domain/step.ts';
import { costFile } from '../../lib/infra/run-cost.ts';
import { approve, opened, until } from '../deployed/credentials/incident.ts';
import { deployed } from '../deployed/deployed.ts';
import { entry, findingAbout, sendEvent } from '../sandbox/finding.ts';
import { callsSince, historyOf } from '../sandbox/readback.ts';
import { startAs } from '../sandbox/rogue.ts';
import { decideBySignature } from '../scenario/command-line.ts';
import { type Item, itemsOf } from '../scenario/runs.ts';
import { plays } from './plays.ts';
import { usedBy } from './used.ts';

const deployment = deployed();

/** Milliseconds in which what was begun beside the run has ended. */
const quiet = 1500;

const machineOf = (playbook: string): string => `Machine${camel(`-${playbook}`)}`;
const historyIn = (playbook: string, run: string) => historyOf(deployment, machineOf(playbook), run);

/** Says yes to whatever the run asks, with two people where it takes two, until it has ended. */
async function toTheEnd(
  playbook: string,
  incident: string,
  run: string,
  by: readonly ['Rosa' | 'Leo', 'Rosa' | 'Leo'],
) {
  const asked = new Set<unknown>();
  const waits = ({ run: of, sk, state, token, id }: Item): boolean =>
    of === run && sk.startsWith('APPROVAL#') && state === 'PENDING' && Boolean(token) && !asked.has(id);
  return until(`the end of ${run}`, async () => {
    const [question] = (await itemsOf(deployment, `INC#${incident}`)).filter(waits);
    if (question) {
      asked.add(question.id);
      for (const person of question.needs === 'two' ? by : by.slice(0, 1)) await approve(deployment, question, person);
    }
    const history = await historyIn(playbook, run);
    return /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(history.at(-1)?.type ?? '') ? history : undefined;
  });
}

async function measured(
  playbook: string,
  since: number,
  incident: string,
  run: string,
  by: Parameters<typeof toTheEnd>[3],
) {
  const history = await toTheEnd(playbook, incident, run, by);
  expect(history.at(-1)?.type).toBe('ExecutionSucceeded');
  await sleep(quiet);
  const cost = usedBy(history, await callsSince(deployment, since));
  writeFileSync(costFile(playbook), `${JSON.stringify(cost, null, 2)}\n`);
  return cost;
}

describe('one run', () => {
  // No finding starts it: the run of whoever started the instance does, and would be counted too. Before the root user is locked out.
  test('rogue-instance', async () => {
    const { region, accounts } = deployment.sandbox;
    const root = { accessKeyId: accounts.member, secretAccessKey: 'sandbox' };
    const { id } = await startAs(deployment, root, region);
    await sleep(quiet);
    const since = Date.now();
    const about = findingAbout(deployment, id, { type: 'Impact:EC2/BitcoinDomainRequest.Reputation' });
    const event = { ...entry('aws.guardduty', 'GuardDuty Finding', about), id, account: accounts.member, region };
    const { Source: source, DetailType, Detail, ...place } = event;
    const input = { ...place, source, 'detail-type': DetailType, detail: JSON.parse(Detail) };
    const stateMachineArn = deployment.outputs[machineOf('rogue-instance')];
    const start = new StartExecutionCommand({ stateMachineArn, name: id, input: JSON.stringify(input) });
    await deployment.client(SFNClient, 'hub').send(start);
    const incident = await opened(deployment, id);
    const cost = await measured('rogue-instance', since, incident, id, ['Rosa', 'Leo']);
    expect(cost.functions['terminate-instance']?.invocations).toBe(1);
  });

  test.for(Object.entries(plays))('%s', async ([playbook, play]) => {
    const { event, about } = await play(deployment);
    await sleep(quiet);
    const since = Date.now();
    await sendEvent(deployment, event);
    const incident = await opened(deployment, about);
    const meta = (await itemsOf(deployment, 'INCIDENTS')).find((one) => one.incident === incident);
    expect(meta?.playbook).toBe(playbook);
    const cost = await measured(playbook, since, incident, String(meta?.run), ['Rosa', 'Leo']);
    expect(cost.functions['close-out']?.invocations).toBeGreaterThan(0);
  });

  test('release', async () => {
    const incident = (await itemsOf(deployment, 'INCIDENTS')).find((one) => one.playbook === 'ec2-instance-compromise');
    await sleep(quiet);
    const since = Date.now();
    const request = { action: 'release', incident: incident?.incident, reason: 'rebuilt from a clean image' };
    expect(await decideBySignature(deployment, 'Rosa', request)).toMatchObject({ status: 200 });
    const run = await until('the release to ask', async () => {
      const asked = await itemsOf(deployment, `INC#${incident?.incident}`, 'APPROVAL#release-');
      return asked[0] && String(asked[0].run);
    });
    await measured('release', since, String(incident?.incident), run, ['Leo', 'Rosa']);
  });
});

/** A thief robs and talks to an address of their own while the company keeps logs: those are in the vault, as they were written. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { againName } from '../../../lambdas/clock/schedules.ts';
import { LogRow } from '../../../lib/domain/logs.ts';
import { launch, stolenSession, tryTheft } from '../../sandbox/estate.ts';
import { entry, findingAbout, sendEvent } from '../../sandbox/finding.ts';
import { breakIn, deliverLogs, flowsInGroup, keepLogs } from '../../sandbox/log-sources.ts';
import { itemsOf } from '../../sandbox/readback.ts';
import { isDone, opened, release, toTheEnd, until } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

const Receipt = z.object({
  result: z.object({
    outcome: z.string(),
    evidence: z.array(z.object({ kind: z.string(), source: z.string(), uri: z.string(), version: z.string() })),
    logs: z.array(LogRow),
  }),
});

async function bytesOf({ client }: Attached, where: 'hub' | 'member', Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client(S3Client, where).send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const addressIn = (address: string, prefix: string): [bucket: string, key: string] => {
  const [bucket = '', ...key] = address.slice(prefix.length).split('/');
  return [bucket, key.join('/')];
};

/** What lies in the vault of a log, beside what lies where it came from; null where that is no file. */
async function bothOf(deployment: Attached, { source, uri }: { source: string; uri: string }) {
  const kept = await bytesOf(deployment, 'hub', ...addressIn(uri, 's3://'));
  const file = source.startsWith('arn:aws:s3:::');
  return { kept, own: file ? await bytesOf(deployment, 'member', ...addressIn(source, 'arn:aws:s3:::')) : null };
}

/** What the run about something has on record of logs, and each sealed one with its origin. */
export async function collected(deployment: Attached, incident: string, about: string, operation = 'run') {
  const { result } = Receipt.parse(
    await until(`the logs of ${about}`, async () =>
      (await itemsOf(deployment, `INC#${incident}`)).find(
        (one) =>
          one.sk.startsWith('RECEIPT#') &&
          one.step === 'collect-logs' &&
          one.operation === operation &&
          String(one.of).split(/[:/]/).at(-1) === about,
      ),
    ),
  );
  const files = await Promise.all(result.evidence.map(async (one) => ({ ...one, ...(await bothOf(deployment, one)) })));
  return { result, files };
}

/** The clock rings that has logs looked at again; what is delivered until then is there. */
async function lookAgain(deployment: Attached, incident: string, about: string) {
  const { outputs, sandbox } = deployment;
  const all = await itemsOf(deployment, `INC#${incident}`);
  const run = String(all.find(({ sk, step }) => sk.startsWith('RECEIPT#') && step === 'collect-logs')?.run);
  await sandbox.post('/_sandbox/deliver-logs', {});
  await sandbox.post('/_sandbox/fire', { schedule: `${outputs.ScheduleGroup}/${againName({ incident, id: run })}` });
  return collected(deployment, incident, about, 'confirm');
}

/** The instance that is robbed, what its incident has on record of logs, and each sealed one with its origin. */
export const playLogFiles = once(async (deployment: Attached) => {
  const { estate } = deployment;
  await keepLogs(deployment, estate);
  const victim = await launch(deployment, estate);
  await breakIn(deployment, estate, victim);
  const group = await flowsInGroup(deployment, victim);
  const theft = await tryTheft(deployment, await stolenSession(deployment, victim));
  await deliverLogs(deployment, estate, victim);
  await sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', findingAbout(deployment, victim)));
  const incident = await opened(deployment, victim);
  await isDone(deployment, incident, 'collect-logs', 'run');
  const ended = await toTheEnd(deployment, incident);
  await release(deployment, incident);
  const first = await collected(deployment, incident, victim);
  return { victim, group, theft, incident, ended, ...first, again: await lookAgain(deployment, incident, victim) };
});

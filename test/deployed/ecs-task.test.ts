/** A thief in a task: could before, cannot during, can after; the task beside it goes on. */
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { itemsOf } from '../scenario/runs.ts';
import { deployed, messagesOf } from './deployed.ts';
import { playService, playTaskByItself } from './proof/task-course.ts';

const deployment = deployed();
const patience = 240_000;

const everything = { credentials: 'allowed', through: 'allowed' };
const nothing = { credentials: 'denied', through: 'denied' };
const goesOn = { credentials: 'allowed', task: 'allowed' };
/** What the definition holds in its environment. */
const secret = 'correct-horse-battery';

async function sealedIn(incident: string): Promise<Record<string, string>> {
  const s3 = deployment.client(S3Client, 'hub');
  const Bucket = deployment.outputs.VaultName;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `incidents/${incident}/` }));
  const named = Versions.filter(({ Key = '' }) => /\/(task|task-definition|service|cluster)\.json$/.test(Key));
  const read = named.map(async ({ Key = '', VersionId }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return [Key.split('/').at(-1) ?? '', (await Body?.transformToString()) ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

test.concurrent(
  'of a service: its session is denied, the service is at zero and comes back as it was',
  async () => {
    const { incident, before, during, after, ended, released } = await playService(deployment);
    expect(ended).toMatchObject({ state: 'contained', trouble: [], asked: ['contain'] });
    expect(released).toMatchObject({ state: 'released', trouble: [] });
    expect([before, during, after]).toEqual([
      { thief: everything, innocent: goesOn },
      { thief: nothing, innocent: goesOn },
      { thief: everything, innocent: goesOn },
    ]);
    expect(ended.results).toMatchObject({
      'snapshot-volumes/run': 'not-applicable',
      'record-task/run': 'recorded',
      'scale-service/verify': 'verified',
      'deny-session/verify': 'verified',
    });
    expect(ended.told).toContain('A yes stops all of them');
    const sealed = await sealedIn(incident);
    expect(Object.keys(sealed).toSorted()).toEqual([
      'cluster.json',
      'service.json',
      'task-definition.json',
      'task.json',
    ]);
    expect(sealed['task-definition.json']).toContain(secret);
    const said = [await itemsOf(deployment, `INC#${incident}`), await messagesOf(deployment)];
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(JSON.stringify(said)).toContain('Fargate leaves no disk image');
  },
  patience,
);

test.concurrent(
  'by itself, on an instance: its host is copied, its session denied; then two people stop it, and it does not come back',
  async () => {
    const { before, during, after, ended, released, status } = await playTaskByItself(deployment);
    expect(ended).toMatchObject({ state: 'contained', trouble: [] });
    expect(released).toMatchObject({ state: 'released' });
    expect(ended.results).toMatchObject({
      'snapshot-volumes/run': 'taken',
      'record-task/run': 'recorded',
      'scale-service/apply': 'not-applicable',
      'deny-session/verify': 'verified',
    });
    expect([before.thief, during.thief, after.thief]).toEqual([
      everything,
      nothing,
      { credentials: 'allowed', through: 'denied' },
    ]);
    for (const { innocent } of [before, during, after]) expect(innocent).toEqual(goesOn);
    expect(status).toBe('STOPPED');
  },
  patience,
);

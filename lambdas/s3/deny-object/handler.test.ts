import {
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expect, it, vi } from 'vitest';
import type { Prepared } from '../../../lib/domain/resource-policy.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import { StoredObject } from '../object/target.ts';
import { planObjectDeny, scanStatus } from './plan.ts';
import type { ObjectDeny } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<StoredObject, ObjectDeny, Prepared>;

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = StoredObject.parse({
  ...place,
  kind: 'object',
  id: 'up/a/b.exe',
  version: 'v1',
  seenAt: '2026-11-30T10:00:00.000Z',
  tags: {},
});
const prepared = { spared: [] };
type Tag = { readonly Key: string; readonly Value: string };

/** A bucket with one object, as far as these calls see it. */
function bucketWith(policy: string | null, tags: readonly Tag[]) {
  const there = { policy, tags, calls: [] as string[] };
  const send = async ({
    constructor: { name },
    input,
  }: {
    constructor: { name: string };
    input: Record<string, unknown>;
  }) => {
    there.calls.push(name);
    expect(input).toMatchObject({ Bucket: 'up', ExpectedBucketOwner: place.account });
    if (/Tagging/.test(name)) expect(input).toMatchObject({ Key: 'a/b.exe', VersionId: 'v1' });
    if (name === GetBucketPolicyCommand.name) {
      if (there.policy === null) throw Object.assign(new Error('none'), { name: 'NoSuchBucketPolicy' });
      return { Policy: there.policy };
    }
    if (name === PutBucketPolicyCommand.name) there.policy = String(input.Policy);
    if (name === 'DeleteBucketPolicyCommand') there.policy = null;
    if (name === PutObjectTaggingCommand.name) there.tags = (input.Tagging as { TagSet: Tag[] }).TagSet;
    if (name === DeleteObjectTaggingCommand.name) there.tags = [];
    return { TagSet: there.tags };
  };
  return { there, session: { client: () => ({ send }) } as unknown as Parameters<typeof code.look>[1] };
}

it.each<[string, string | null, Tag[]]>([
  ['without a policy and without tags', null, []],
  [
    'with both',
    '{ "Version": "2012-10-17", "Statement": { "Sid": "a", "Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "x" } }',
    [{ Key: 'team', Value: 'web' }],
  ],
  ['that GuardDuty has tagged', null, [{ Key: scanStatus, Value: 'THREATS_FOUND' }]],
])('a version %s is denied, and comes back as it was', async (_, policy, tags) => {
  const { there, session } = bucketWith(policy, tags);
  const run = { incident: 'i', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '' };
  const before = await code.look(target, session);
  const plan = planObjectDeny(target, before, prepared);
  if (!('ours' in plan)) throw new Error(JSON.stringify(plan));
  const job = { target, session, run, prepared };
  expect(await code.apply({ ...job, from: before, to: plan.ours })).toMatchObject({ outcome: 'applied' });
  const held = await code.look(target, session);
  expect(code.compared?.(held)).toEqual(code.compared?.(plan.ours));
  expect(there.tags).toContainEqual({ Key: scanStatus, Value: 'THREATS_FOUND' });

  await code.release({ ...job, prepared: null, from: held, to: before });
  expect(there).toMatchObject({ policy, tags });
  expect(await code.look(target, session)).toEqual(before);
});

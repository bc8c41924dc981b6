import { GetBucketLocationCommand, GetBucketTaggingCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { named } from '../../lib/domain/named.ts';
import type { Session } from '../runtime/session.ts';
import { Bucket } from './bucket/target.ts';
import { readFacts } from './read-bucket.ts';

const place = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
const base = Bucket.parse({ ...place, kind: 'bucket', id: 'orders', seenAt: '2026-11-30T10:00:00.000Z', tags: {} });
const principal = { kind: 'iam-user' as const, name: 'mallory', id: 'AIDAEXAMPLE', session: null };
const finding = {
  targets: [named('bucket', 'orders', place), named('access-key', 'AKIAEXAMPLE', place, { principal })],
} as unknown as Finding;

/** What S3 answers; an error by its name. */
function sessionWith(answers: Readonly<Record<string, object | string>>): Session {
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
    expect(command.input).toEqual({ Bucket: 'orders', ExpectedBucketOwner: '111122223333' });
    const answer = answers[command.constructor.name];
    if (typeof answer === 'string') throw Object.assign(new Error(answer), { name: answer });
    return answer ?? {};
  };
  return { client: () => ({ send }) } as unknown as Session;
}
const read = (answers: Parameters<typeof sessionWith>[0]) => readFacts(base, sessionWith(answers), finding);
const without = {
  [GetBucketTaggingCommand.name]: 'NoSuchTagSet',
  [GetPublicAccessBlockCommand.name]: 'NoSuchPublicAccessBlockConfiguration',
};

it.each([
  [undefined, 'us-east-1'],
  ['EU', 'eu-west-1'],
  ['eu-central-1', 'eu-central-1'],
])('a bucket whose location is %s lies in %s', async (LocationConstraint, region) => {
  const { target, known } = await read({ ...without, [GetBucketLocationCommand.name]: { LocationConstraint } });
  expect(known).toBe('read');
  expect(target).toEqual({ ...base, region, actors: [{ account: '111122223333', principal }] });
});

it('what S3 leaves out of the four flags is off', async () => {
  const PublicAccessBlockConfiguration = { IgnorePublicAcls: true };
  const TagSet = [{ Key: 'allow-public', Value: 'yes' }];
  const { target } = await read({
    [GetBucketTaggingCommand.name]: { TagSet },
    [GetPublicAccessBlockCommand.name]: { PublicAccessBlockConfiguration },
  });
  const block = {
    BlockPublicAcls: false,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };
  expect(target).toMatchObject({ block, tags: { 'allow-public': 'yes' } });
});

it('a bucket that is not there is gone', async () => {
  const missing = 'NoSuchBucket';
  const answers = [GetBucketLocationCommand, GetBucketTaggingCommand, GetPublicAccessBlockCommand];
  const { known, because } = await read(Object.fromEntries(answers.map(({ name }) => [name, missing])));
  expect([known, because]).toEqual(['gone', 'the bucket orders no longer exists']);
});

it('what may not be read is thrown: then people are asked', async () => {
  await expect(read({ ...without, [GetBucketTaggingCommand.name]: 'AccessDenied' })).rejects.toThrow('AccessDenied');
});

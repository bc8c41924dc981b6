import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, it, vi } from 'vitest';
import type { EradicationCode } from '../../runtime/serve-eradication.ts';
import { StoredObject } from '../object/target.ts';
import type { ShownVersion } from '../version.ts';
import type { VersionThere } from './step.ts';

vi.mock('../../runtime/serve-eradication.ts', () => ({ serveEradication: (_: unknown, code: unknown) => code }));
process.env.TOURNIQUET_VAULT = 'vault';
process.env.TOURNIQUET_VAULT_OWNER = '999988887777';
const { handler } = await import('./handler.ts');
const code = handler as unknown as EradicationCode<StoredObject, ShownVersion, VersionThere>;

const target = StoredObject.parse({
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  kind: 'object',
  id: 'up/a/b.exe',
  version: 'v1',
  seenAt: '2026-11-30T10:00:00.000Z',
  tags: {},
});
const bytes = 'MZmalware';
const sha256 = createHash('sha256').update(bytes).digest('hex');
const shown = { etag: '"e"', copies: [{ uri: 's3://vault/incidents/i/malicious-object', version: 'kept', sha256 }] };

/** What is there, and what was asked for, in its order. */
const there = { etag: '"e"' as string | null, kept: bytes, denied: false, asked: [] as string[] };
beforeEach(() => Object.assign(there, { etag: '"e"', kept: bytes, denied: false, asked: [] }));

const failing = (name: string) => Object.assign(new Error(name), { name });
async function send(command: object) {
  there.asked.push(command.constructor.name);
  if (command instanceof GetObjectCommand) {
    expect(command.input).toEqual({
      Bucket: 'vault',
      ExpectedBucketOwner: '999988887777',
      Key: 'incidents/i/malicious-object',
      VersionId: 'kept',
    });
    return { Body: { transformToWebStream: () => [Buffer.from(there.kept)] } };
  }
  expect(command).toMatchObject({ input: { Bucket: 'up', Key: 'a/b.exe', VersionId: 'v1' } });
  if (command instanceof HeadObjectCommand) {
    if (there.etag === null) throw failing('NotFound');
    return { ETag: there.etag, ContentLength: 9 };
  }
  if (there.denied) throw failing('AccessDenied');
  if (command instanceof DeleteObjectCommand) there.etag = null;
  return {};
}
const client = () => ({ send });
const context = { target, shown, client, sessionFor: async () => ({ client }) } as never;
const remove = async (between = () => {}) => {
  const seen = await code.look(context);
  between();
  return code.remove(context, seen);
};

it('deletes exactly that version, once its copy was read back', async () => {
  expect(await remove()).toMatchObject({ outcome: 'removed', removed: ['arn:aws:s3:::up/a/b.exe?versionId=v1'] });
  expect(there.asked.indexOf('GetObjectCommand')).toBeLessThan(there.asked.indexOf('DeleteObjectCommand'));
  const seen = { etag: '"e"', kept: null };
  expect(await code.remove(context, seen), 'killed after it').toMatchObject({ outcome: 'removed' });
});

it.each([
  ['whose copy has other bytes', { kept: 'other' }, /other bytes than were sealed/],
  ['that is gone', { etag: null }, /gone already/],
  ['that is another object now', { etag: '"f"' }, /another object now \(ETag "f"\)/],
])('leaves one %s, and says why', async (_, change, words) => {
  Object.assign(there, change);
  const { outcome, left } = await remove();
  expect(outcome).toBe('nothing-left');
  expect(left.join()).toMatch(words);
  expect(there.asked).not.toContain('DeleteObjectCommand');
});

it('leaves what was put in its place after the look', async () => {
  expect((await remove(() => Object.assign(there, { etag: '"g"' }))).left.join()).toMatch(/another object now/);
  expect(there.asked).not.toContain('DeleteObjectCommand');
});

it('says what S3 does not let go', async () => {
  there.denied = true;
  expect(await remove()).toMatchObject({
    outcome: 'partly-removed',
    failed: [{ error: expect.stringMatching(/^AccessDenied/) }],
  });
});

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect, it, vi } from 'vitest';

const lists: object[] = [];
const sealed: { size: number; sha256: string; text: string }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  sealStream: async (_: unknown, { size, sha256, body }: { size: number; sha256: string; body: Readable }) => {
    const text = (await body.toArray()).join('');
    sealed.push({ size, sha256, text });
    return { kind: 'malicious-object' };
  },
  seal: async (_: unknown, what: object) => lists.push(what),
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, body: unknown) => body }));
const { most } = vi.hoisted(() => ({ most: { bytes: Number.POSITIVE_INFINITY } }));
vi.mock('./parts.ts', async (original) => {
  const real = await original<typeof import('./parts.ts')>();
  return { ...real, hashedInParts: (chunks: AsyncIterable<Uint8Array>) => real.hashedInParts(chunks, most.bytes) };
});
const { handler } = await import('./handler.ts');

const target = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  kind: 'object',
  id: 'up/a/b.exe',
  version: 'v1',
};

function contextWith(answer: (command: object) => object, mode = 'respond') {
  const asked: object[] = [];
  const send = async (command: { input: object }) => {
    asked.push(command.input);
    return answer(command);
  };
  return { asked, context: { target, run: { incident: 'inc-1', mode }, session: { client: () => ({ send }) } } };
}
const run = (context: object) => (handler as unknown as (context: object) => Promise<object>)(context);
const parts = ['MZ', 'malware'];

it('seals exactly that version, with its size and hash, and never holds it', async () => {
  const { asked, context } = contextWith(() => ({
    Body: Readable.from(parts.map((part) => Buffer.from(part))),
    ContentLength: 9,
  }));
  expect(await run(context)).toMatchObject({ outcome: 'recorded', gaps: [] });
  const sha256 = createHash('sha256').update('MZmalware').digest('hex');
  expect(sealed).toEqual([{ size: 9, sha256, text: 'MZmalware' }]);
  expect(asked).toEqual(
    Array(2).fill({ Bucket: 'up', ExpectedBucketOwner: '111122223333', Key: 'a/b.exe', VersionId: 'v1' }),
  );
});

it('says of one that is gone that there is none', async () => {
  const { context } = contextWith(() => {
    throw Object.assign(new Error('gone'), { name: 'NoSuchVersion' });
  });
  expect(await run(context)).toMatchObject({
    outcome: 'recorded',
    gaps: [{ because: 'S3 answered: the version no longer exists' }],
  });
});

it('leaves what is larger than passes through in the time to people, in words', async () => {
  const { context } = contextWith(() => ({
    Body: Readable.from(parts.map((part) => Buffer.from(part))),
    ContentLength: 16 * 1024 ** 3,
  }));
  await expect(run(context)).rejects.toThrow(/copy it by hand/);
});

it('seals what is too large for one piece in parts, with the hash of the whole', async () => {
  [most.bytes, sealed.length] = [4, 0];
  const all = Buffer.from('MZmalware');
  const { asked, context } = contextWith((command) => {
    const { Range } = (command as GetObjectCommand).input;
    const [from = 0, to = all.length] = Range?.match(/\d+/g)?.map(Number) ?? [];
    return { Body: Readable.from([all.subarray(from, to + 1)]), ContentLength: 9 };
  });
  expect(await run(context)).toMatchObject({ outcome: 'recorded', gaps: [] });
  most.bytes = Number.POSITIVE_INFINITY;
  expect(sealed.map(({ text }) => text).toSorted()).toEqual(['MZma', 'e', 'lwar']);
  for (const { sha256, text } of sealed) expect(sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(asked).toContainEqual(expect.objectContaining({ VersionId: 'v1', Range: 'bytes=8-8' }));
  expect(lists).toEqual([expect.objectContaining({ name: 'malicious-object-parts.json' })]);
});

it('says which key it would have to decrypt with', async () => {
  const { context } = contextWith((input) => {
    if (input instanceof HeadObjectCommand) return { SSEKMSKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/k' };
    throw Object.assign(new Error('no kms:Decrypt'), { name: 'AccessDenied' });
  });
  await expect(run(context)).rejects.toThrow(/key arn:aws:kms:\S+, and Tourniquet decrypts nothing but logs/);
});

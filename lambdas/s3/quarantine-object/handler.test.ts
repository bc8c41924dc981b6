import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, it, vi } from 'vitest';

const sealed: { size: number; sha256: string; text: string }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  sealStream: async (_: unknown, { size, sha256, body }: { size: number; sha256: string; body: Readable }) => {
    const text = (await body.toArray()).join('');
    sealed.push({ size, sha256, text });
    return { kind: 'malicious-object' };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, body: unknown) => body }));
const { handler } = await import('./handler.ts');

const target = {
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  kind: 'object',
  id: 'up/a/b.exe',
  version: 'v1',
};

function contextWith(answer: () => object, mode = 'respond') {
  const asked: object[] = [];
  const send = async ({ input }: { input: object }) => {
    asked.push(input);
    return answer();
  };
  return { asked, context: { target, run: { incident: 'inc-1', mode }, session: { client: () => ({ send }) } } };
}
const run = (context: object) => (handler as unknown as (context: object) => Promise<object>)(context);
const parts = ['MZ', 'malware'];

it('seals exactly that version, with its size and hash, and never holds it', async () => {
  const { asked, context } = contextWith(() => ({ Body: Readable.from(parts), ContentLength: 9 }));
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

it('leaves what S3 takes in several pieces only to people, in words', async () => {
  const { context } = contextWith(() => ({ Body: Readable.from(parts), ContentLength: 6 * 1024 ** 3 }));
  await expect(run(context)).rejects.toThrow(/copy it by hand/);
});

import { afterEach, expect, it, vi } from 'vitest';

const sealed: string[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, { name, body }: { name: string; body: Uint8Array }) => {
    sealed.push(Buffer.from(body).toString());
    return { name };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, body: unknown) => body }));
const { handler } = await import('./handler.ts');
afterEach(() => sealed.splice(0));

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target = { ...place, kind: 'bucket', id: 'orders', tags: {}, block: null, actors: [] };

/** S3 answers these pages; null is an error. */
function contextWith(pages: readonly (object | null)[], mode = 'respond') {
  const asked: object[] = [];
  const send = async ({ input }: { input: object }) => {
    const page = pages[asked.push(input) - 1];
    if (!page) throw Object.assign(new Error('slow down'), { name: 'SlowDown' });
    return page;
  };
  return { asked, context: { target, run: { incident: 'inc-1', mode }, session: { client: () => ({ send }) } } };
}
const run = (context: object) => (handler as unknown as (context: object) => Promise<Record<string, unknown>>)(context);
const page = (from: number, count: number, more: object = {}) => ({
  Versions: Array.from({ length: count }, (_, at) => ({
    Key: `${'k'.repeat(900)}${from + at}`,
    VersionId: 'v',
    IsLatest: true,
  })),
  ...more,
});

it('goes through all pages, and holds no more than one part of the list', async () => {
  const more = (at: number) => ({ IsTruncated: true, NextKeyMarker: `k${at}`, NextVersionIdMarker: `v${at}` });
  const pages = Array.from({ length: 12 }, (_, at) => page(at * 1000, 1000, at < 11 ? more(at) : {}));
  const { asked, context } = contextWith(pages);
  const { outcome, evidence, restore } = await run(context);
  expect(outcome).toBe('recorded');
  expect(asked[1]).toMatchObject({ KeyMarker: 'k0', VersionIdMarker: 'v0', Bucket: 'orders' });
  expect(sealed.length).toBeGreaterThan(1);
  expect(evidence).toHaveLength(sealed.length);
  for (const part of sealed) expect(part.length).toBeLessThan(6 * 1024 * 1024);
  expect(sealed.join('').trimEnd().split('\n')).toHaveLength(12_000);
  expect(restore).toContain('12000 versions and 0 delete markers are listed');
});

it('writes down key by key what brings it back, also where a key goes over two pages', async () => {
  const entry = (Key: string, VersionId: string, IsLatest = false) => ({
    Key,
    VersionId,
    IsLatest,
    LastModified: new Date(`2026-11-0${VersionId}`),
  });
  const pages = [
    { Versions: [entry('a', '1', true), entry('b', '3')], IsTruncated: true, NextKeyMarker: 'b' },
    { Versions: [entry('b', '2')], DeleteMarkers: [entry('b', '4', true), entry('c', '5', true)] },
  ];
  const { evidence } = await run(contextWith(pages).context);
  expect(evidence).toEqual([{ name: 'versions-1.ndjson' }, { name: 'restore-plan-1.ndjson' }]);
  const lines = (sealed[1] ?? '').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { key: 'b', state: 'deleted', copy: { version: '3' }, remove: ['4'] },
    { key: 'c', state: 'lost', copy: null, remove: [] },
  ]);
});

it('keeps what it has where S3 stops to answer, and says so', async () => {
  const { context } = contextWith([page(0, 3, { IsTruncated: true, NextKeyMarker: 'k' }), null]);
  expect(await run(context)).toMatchObject({ outcome: 'partly-recorded', because: 'SlowDown: slow down' });
  expect(sealed).toHaveLength(1);
  await expect(run(contextWith([null]).context)).rejects.toThrow('slow down');
});

it('seals nothing in observe mode', async () => {
  expect(await run(contextWith([page(0, 3)], 'observe').context)).toMatchObject({
    outcome: 'would-record',
    evidence: [],
  });
  expect(sealed).toEqual([]);
});

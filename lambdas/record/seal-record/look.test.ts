import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, type ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, it, vi } from 'vitest';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import type { Work } from '../../runtime/pipeline.ts';

interface Lying {
  readonly Key: string;
  readonly VersionId: string;
  readonly text: string;
}
/** As S3 lists it: of each object the newest version first. */
let vault: Lying[];
let listing: () => void;
const asked: string[] = [];
const s3 = {
  send: async (command: GetObjectCommand | ListObjectVersionsCommand, options: { abortSignal?: AbortSignal }) => {
    options.abortSignal?.throwIfAborted();
    if (!(command instanceof GetObjectCommand)) {
      listing();
      return { Versions: vault };
    }
    const { Key, VersionId } = command.input;
    asked.push(`${Key} ${VersionId}`);
    const found = vault.find((one) => one.Key === Key && one.VersionId === VersionId);
    return {
      Body: { transformToWebStream: () => Readable.from([Buffer.from(found?.text ?? '')]) },
      ObjectLockRetainUntilDate: new Date('2027-03-06T10:00:00Z'),
    };
  },
};
vi.mock('../../runtime/environment.ts', () => ({ environment: () => 'vault' }));
const { lookAt } = await import('./look.ts');

const work = { client: () => s3 } as unknown as Work;
const keyOf = (name: string): string => `incidents/inc-1/${name}`;
const artefact = (id: string, text: string, more: Partial<CustodyRecord> = {}): CustodyRecord => ({
  id,
  entry: 3,
  previous: '0'.repeat(64),
  run: 'r',
  kind: 'user-data',
  uri: `s3://vault/${keyOf(`${id}.txt`)}`,
  sha256: createHash('sha256').update(text).digest('hex'),
  version: 'v1',
  size: 1,
  lockedUntil: null,
  transfers: [],
  verifications: [],
  ...more,
});
const lying = (id: string, VersionId: string, text: string): Lying => ({ Key: keyOf(`${id}.txt`), VersionId, text });
const looked = async (...records: CustodyRecord[]) =>
  (await lookAt(work, 'inc-1', records)).map(({ id, found, version }) => `${id} ${found} ${version}`);

beforeEach(() => {
  vi.restoreAllMocks();
  vault = [];
  asked.length = 0;
  listing = () => {};
});

it('reads the version on record, whatever lies on top of it', async () => {
  vault = [lying('a', 'v2', 'of the thief'), lying('a', 'v1', 'taken')];
  expect(await looked(artefact('a', 'taken'))).toEqual(['a as recorded v1']);
});

it('finds each of several findings that were put in one place, and which version it is', async () => {
  vault = [lying('a', 'v3', 'of the thief'), lying('a', 'v2', 'update'), lying('a', 'v1', 'first')];
  const place = { version: null, uri: `s3://vault/${keyOf('a.txt')}` };
  expect(await looked(artefact('x', 'first', place), artefact('y', 'update', place))).toEqual([
    'x as recorded v1',
    'y as recorded v2',
  ]);
  expect(await looked(artefact('z', 'another', place))).toEqual(['z changed v1']);
  vault = [];
  expect(await looked(artefact('z', 'another', place))).toEqual(['z missing null']);
});

it('sees what was changed, and by the list what is gone, where S3 would only deny it', async () => {
  vault = [lying('a', 'v1', 'other'), lying('b', 'v2', 'taken')];
  const gone = artefact('c', 'taken', { version: null });
  expect(await looked(artefact('a', 'taken'), artefact('b', 'taken'), gone)).toEqual([
    'a changed v1',
    'b missing v1',
    'c missing null',
  ]);
});

it('says of each what it could not look at, and why', async () => {
  listing = () => {
    throw new Error('denied');
  };
  const snapshot = artefact('s', '', { uri: 'arn:aws:ec2:eu-central-1::snapshot/snap-1', sha256: null });
  expect(await lookAt(work, 'inc-1', [artefact('a', 'taken'), snapshot])).toMatchObject([
    { id: 'a', found: 'unreadable', because: expect.stringContaining('denied') },
  ]);
});

it('gives up where the list alone takes too long: whoever may write to the vault can make it long', async () => {
  vault = [lying('a', 'v1', 'taken')];
  let listed = false;
  listing = () => {
    listed = true;
  };
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
  expect(await lookAt(work, 'inc-1', [artefact('a', 'taken')])).toMatchObject([{ found: 'not reached' }]);
  expect(listed).toBe(false);
});

it('begins with those nobody has read for longest, and tells of them in the order of the record', async () => {
  const at = (time: string, found: 'as recorded' | 'unreadable') => ({
    verifications: [{ entry: 9, at: time, by: 'seal-record', found, version: 'v1', lockedUntil: null }],
  });
  vault = ['a', 'b', 'c', 'd'].map((id) => lying(id, 'v1', 'taken'));
  const records = [
    artefact('a', 'taken', at('2026-11-22T10:00:00.000Z', 'as recorded')),
    artefact('b', 'taken', at('2026-11-21T10:00:00.000Z', 'as recorded')),
    artefact('c', 'taken', { ...at('2026-11-22T11:00:00.000Z', 'unreadable'), size: 9 }),
    artefact('d', 'taken'),
  ];
  expect((await looked(...records)).map((words) => words[0])).toEqual(['a', 'b', 'c', 'd']);
  expect(asked.map((key) => key.at(-8))).toEqual(['d', 'c', 'b', 'a']);
});

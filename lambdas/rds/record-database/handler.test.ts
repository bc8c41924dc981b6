import { RDSClient } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Recorded } from '../../../lib/domain/recorded.ts';
import { dbInstance } from '../db-instance/target.ts';

const sealed: { name: string; source: string; body: Uint8Array }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: { name: string; source: string; kind: string; body: Uint8Array }) => {
    sealed.push(artefact);
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
const handler = (await import('./handler.ts')).handler as unknown as (context: object) => Promise<Recorded>;

interface Asked {
  readonly LogFileName?: string;
  readonly Marker?: string;
}
type Answers = Record<string, (input: Asked) => object>;

const log = (name: string, LastWritten: number, Size = 3_000_000) => ({ LogFileName: name, LastWritten, Size });
/** A megabyte for each marker, three of them. */
const portion = ({ Marker }: Asked) => {
  const at = Number(Marker);
  return { LogFileData: String(at).repeat(1_000_000), Marker: String(at + 1), AdditionalDataPending: at < 2 };
};
const usual: Answers = {
  DescribeDBInstances: () => ({ DBInstances: [{ DBInstanceIdentifier: 'orders', MasterUsername: 'shop' }] }),
  DescribeDBLogFiles: () => ({ DescribeDBLogFiles: [log('error/old.log', 1), log('error/new.log', 2)] }),
  DownloadDBLogFilePortion: portion,
};

function context(answers: Answers, mode: 'observe' | 'respond' = 'respond') {
  const rds = new RDSClient({ region: 'eu-central-1' });
  vi.spyOn(rds, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) =>
    answers[command.constructor.name.replace(/Command$/, '')]?.(command.input),
  );
  const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
  const target = { ...dbInstance.any(place), id: 'orders', cluster: null, instances: ['orders'] };
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: '2026-11-30T02:00:00.000Z' };
  return { target, run, finding: { firstSeen: null }, session: { client: () => rds } };
}

describe('record-database', () => {
  beforeEach(() => sealed.splice(0));

  it('seals the newest log first, whole, by the portions in which RDS gives it', async () => {
    expect(await handler(context(usual))).toMatchObject({ outcome: 'recorded', gaps: [] });
    const logs = sealed.filter(({ name }) => name.startsWith('database-log'));
    expect(logs.map(({ name, source }) => `${name} ${source.split(':').at(-1)}`)).toEqual([
      'database-log-1-1.txt orders error/new.log, part 1',
      'database-log-2-1.txt orders error/old.log, part 1',
    ]);
    const bytes = Buffer.from(logs[0]?.body ?? '');
    expect([bytes.length, bytes[0], bytes[1_000_000], bytes.at(-1)]).toEqual([3_000_000, 48, 49, 50]);
  });

  it('seals a large log in parts, so that little of it is held', async () => {
    const DownloadDBLogFilePortion = ({ Marker }: Asked) => ({
      ...portion({ Marker: '0' }),
      Marker: String(Number(Marker) + 1),
      AdditionalDataPending: Number(Marker) < 19,
    });
    const DescribeDBLogFiles = () => ({ DescribeDBLogFiles: [log('error/large.log', 1, 20_000_000)] });
    await handler(context({ ...usual, DescribeDBLogFiles, DownloadDBLogFilePortion }));
    const sizes = sealed.filter(({ name }) => name.startsWith('database-log')).map(({ body }) => body.length);
    expect(sizes).toHaveLength(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20_000_000);
  });

  it('keeps what it has where a log cannot be read, and says which', async () => {
    const DownloadDBLogFilePortion = (asked: Asked) => {
      if (asked.LogFileName === 'error/new.log') throw Object.assign(new Error('gone'), { name: 'DBLogFileNotFound' });
      return portion(asked);
    };
    const result = await handler(context({ ...usual, DownloadDBLogFilePortion }));
    expect(result).toMatchObject({ outcome: 'partly-recorded', because: expect.stringContaining('error/new.log') });
    expect(sealed.map(({ name }) => name)).toEqual(['database-log-2-1.txt', 'database.json']);
  });

  it('observing, it downloads nothing', async () => {
    const DownloadDBLogFilePortion = () => {
      throw new Error('asked');
    };
    expect(await handler(context({ ...usual, DownloadDBLogFilePortion }, 'observe'))).toMatchObject({
      outcome: 'would-record',
      evidence: [],
      gaps: [],
    });
    expect(sealed).toEqual([]);
  });
});

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Finding } from '../../../lib/domain/finding/finding.ts';
import { findingItem } from '../../../lib/items/finding.ts';
import type { Item } from '../../../lib/items/item.ts';
import { finding } from '../../../test/fixtures/incident.ts';
import { storedIncident } from '../../../test/fixtures/stored-incident.ts';
import type { Work } from '../../runtime/pipeline.ts';

vi.mock('../../runtime/environment.ts', () => ({ environment: () => 'tourniquet' }));
vi.mock('../../runtime/pipeline.ts', () => ({
  pipeline: (body: unknown) => body,
  count: () => null,
  logger: { error: () => null },
}));
vi.mock('../settings-here.ts', () => ({ settingsHere: async () => ({ mode: 'respond' }) }));
const entries: { kind: string; what: string }[] = [];
vi.mock('../../runtime/ledger.ts', () => ({
  append: async (_: unknown, __: string, entry: { kind: string; what: string }) => entries.push(entry),
}));
const { handler } = (await import('./handler.ts')) as unknown as {
  handler: (event: object, work: Work) => Promise<object>;
};

const productArn = 'arn:aws:securityhub:eu-central-1::product/aws/guardduty';
const about = Finding.parse({ ...finding, hub: { format: 'asff', id: 'f-1', productArn } });
const items: Item[] = [
  storedIncident({ state: 'held' }),
  findingItem.item({ finding: about, receivedAt: 'now' }, 'inc-1', about.key),
];

/** The finding as Security Hub has it, and how it answers the next writes; then it takes them. */
let kept: { Workflow?: object; Note?: object; UserDefinedFields?: object };
let answers: (Error | string)[];
const written: object[] = [];
const send = async ({ input, constructor: { name } }: { input: object; constructor: { name: string } }) => {
  const FindingIdentifier = { Id: 'f-1', ProductArn: productArn };
  if (name === 'GetFindingsCommand') return { Findings: [{ ...FindingIdentifier, ...kept }] };
  const answer = answers.shift();
  if (answer instanceof Error) throw answer;
  if (answer) return { UnprocessedFindings: [{ FindingIdentifier, ErrorCode: answer, ErrorMessage: 'no' }] };
  const { FindingIdentifiers: _, ...change } = input as { FindingIdentifiers: object };
  kept = { ...kept, ...change };
  written.push(change);
  return { UnprocessedFindings: [] };
};
const table = { query: async () => items };
const turn = () =>
  handler({ Records: [{ dynamodb: { Keys: { pk: { S: 'INC#inc-1' } } } }] }, {
    table,
    client: () => ({ send }),
    now: () => '2026-11-30T10:00:00.000Z',
  } as unknown as Work);

beforeEach(() => {
  kept = {};
  answers = [];
  written.length = 0;
  entries.length = 0;
});

const failed = (name: string, status: number): Error =>
  Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: status } });

describe('a write that is lost', () => {
  test.each<[string, Error | string]>([
    ['because Security Hub failed', failed('InternalException', 500)],
    ['because it takes no more for now', failed('TooManyRequestsException', 429)],
    ['because somebody else was writing', 'ConcurrentUpdateError'],
    ['because Security Hub failed at that finding', 'InternalFailure'],
  ])('%s: the batch fails, so that Lambda hands it over again, and the next one writes', async (_, answer) => {
    answers = [answer];
    await expect(turn()).rejects.toThrow();
    expect(written).toEqual([]);
    // Of a whole call that fails Lambda's own attempts tell; of single findings the record has to.
    expect(entries.splice(0).map(({ kind }) => kind)).toEqual(typeof answer === 'string' ? ['failure'] : []);
    await turn();
    expect(kept).toMatchObject({
      Workflow: { Status: 'NOTIFIED' },
      UserDefinedFields: { 'tourniquet/incident': 'inc-1' },
    });
    expect(entries.map(({ kind }) => kind)).toEqual(['step']);
    // What stands there already is not written again.
    await turn();
    expect(written).toHaveLength(1);
  });

  test.each<[string, Error | string, string]>([
    ['because the finding is not theirs', 'FindingNotFound', 'Security Hub does not show this incident on'],
    ['because nobody may', failed('AccessDeniedException', 403), 'does not show this incident: AccessDeniedException'],
  ])('%s: that is on the record, and nothing is tried again by itself', async (_, answer, words) => {
    answers = [answer];
    await turn();
    expect(entries.map(({ kind, what }) => [kind, what])).toEqual([['failure', expect.stringContaining(words)]]);
    expect(written).toEqual([]);
  });
});

test('of a call that is taken in part what was taken is on the record, what was not is said to be asked again, and nobody is written to twice', async () => {
  const other = { ...about, key: `${about.key}-2`, hub: { format: 'asff' as const, id: 'f-2', productArn } };
  const both = [...items, findingItem.item({ finding: other, receivedAt: 'now' }, 'inc-1', other.key)];
  const hub: Record<string, object> = { 'f-1': {}, 'f-2': {} };
  const asked: string[][] = [];
  const answering = async ({ input, constructor: { name } }: { input: object; constructor: { name: string } }) => {
    if (name === 'GetFindingsCommand')
      return { Findings: Object.entries(hub).map(([Id, more]) => ({ Id, ProductArn: productArn, ...more })) };
    const { FindingIdentifiers, ...change } = input as { FindingIdentifiers: { Id: string }[] };
    asked.push(FindingIdentifiers.map(({ Id }) => Id));
    const [refused] = FindingIdentifiers.filter(({ Id }) => Id === 'f-2' && asked.length === 1);
    for (const { Id } of FindingIdentifiers) if (Id !== refused?.Id) hub[Id] = change;
    const unprocessed = { FindingIdentifier: refused, ErrorCode: 'InternalFailure', ErrorMessage: 'no' };
    return { UnprocessedFindings: refused ? [unprocessed] : [] };
  };
  const again = () =>
    handler({ Records: [{ dynamodb: { Keys: { pk: { S: 'INC#inc-1' } } } }] }, {
      table: { query: async () => both },
      client: () => ({ send: answering }),
      now: () => '2026-11-30T10:00:00.000Z',
    } as unknown as Work);
  await expect(again()).rejects.toThrow('f-2: InternalFailure');
  expect(entries.map(({ kind, what }) => [kind, what])).toEqual([
    ['step', expect.stringContaining('update of 1 finding')],
    ['failure', 'Security Hub did not take the update of 1 finding for now, and is asked again'],
  ]);
  await again();
  await again();
  expect(asked).toEqual([['f-1', 'f-2'], ['f-2']]);
  expect(entries.map(({ kind }) => kind)).toEqual(['step', 'failure', 'step']);
});

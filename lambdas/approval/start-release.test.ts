import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { ExecutionAlreadyExists, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { describe, expect, it, test, vi } from 'vitest';
import { Finding } from '../../lib/domain/finding/finding.ts';
import { approvalItem } from '../../lib/items/approval.ts';
import { findingItem } from '../../lib/items/finding.ts';
import { incidentItem, type StoredIncident } from '../../lib/items/incident.ts';
import type { Item } from '../../lib/items/item.ts';
import { storedIncident } from '../../test/fixtures/stored-incident.ts';
import { findingAboutKey } from '../../test/sandbox/credential-finding.ts';
import { readBack } from '../../test/sandbox/finding.ts';

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:tourniquet-release';
vi.mock('../runtime/environment.ts', () => ({
  config: () => ({ securityHub: { updates: 'findings' } }),
  environment: () => machine,
}));
vi.mock('../runtime/settings.ts', () => ({ approversFor: async () => [] }));
const { refusal, startRelease } = await import('./start-release.ts');

const meta = (more: Partial<StoredIncident> = {}) => incidentItem.read(storedIncident(more));
const asked = (more: object = {}): Item =>
  approvalItem.item(
    {
      id: 'abc',
      incident: 'inc-1',
      run: 'run-1',
      question: 'quarantine',
      state: 'PENDING',
      planHash: 'f',
      needs: 'one',
      decisions: [],
      askedAt: '2026-11-21T10:00:00.000Z',
      expiresAt: '2026-11-21T10:30:00.000Z',
      suspects: ['arn:aws:iam::111122223333:user/ops/mallory'],
      requestedBy: null,
      ...more,
    },
    'inc-1',
    'run-1',
    'quarantine',
  );
const about = (userName: string): Item => {
  const where = { sandbox: { accounts: { hub: '1', member: '444455556666' }, region: 'eu-central-1' } } as never;
  const holder = { accessKeyId: 'AKIAEXAMPLE000000001', userType: 'IAMUser', userName } as const;
  const finding = Finding.parse(readBack(findingAboutKey(where, holder)));
  return findingItem.item({ finding, receivedAt: '2026-11-21T10:00:00.000Z' }, 'inc-1', finding.key);
};
const rosa = { name: 'Rosa', iam: 'arn:aws:iam::444455556666:user/rosa' };
const wish = { incident: 'inc-1', approver: rosa, reason: 'r' };
const close = { ...wish, as: 'false-alarm' } as const;
const suspect = 'You are under investigation in this incident.';

describe('who may end an incident, and when', () => {
  it.each([
    ['nothing in the way', [], meta(), wish, null],
    [
      'a question that waits',
      [asked()],
      meta(),
      wish,
      /^"quarantine" still waits for an answer: .*decline abc.*close inc-1/,
    ],
    ['the same, and it is closed', [asked()], meta(), close, null],
    ['a false alarm to archive', [], meta(), { ...close, archive: true }, null],
    [
      'something real to archive',
      [],
      meta(),
      { ...close, as: 'handled', archive: true },
      'Findings are archived only of what was a false alarm.',
    ],
    ['a question that is answered', [asked({ state: 'DECLINED' })], meta(), wish, null],
    ['a question about a deletion', [asked({ question: 'remove' })], meta(), wish, null],
    [
      'the suspect of a question',
      [asked()],
      meta(),
      { ...close, approver: { name: 'M', iam: 'arn:aws:iam::111122223333:user/ops/mallory' } },
      suspect,
    ],
    ['the holder whom a finding names, where nobody was asked', [about('rosa')], meta(), close, suspect],
    ['another holder', [about('bob')], meta(), close, null],
    ['an incident that has ended', [], meta({ state: 'released' }), wish, 'Incident inc-1 is released already.'],
  ] as const)('%s', (_, items, record, one, expected) => {
    const because = refusal([...items], record, one);
    if (expected instanceof RegExp) expect(because).toMatch(expected);
    else expect(because).toBe(expected);
  });
});

/** An incident in its table, and a Step Functions that keeps runs by their names. */
function deployment() {
  const runs = new Map<string, string>();
  let stored = storedIncident();
  let head = 'aaaaaaaaaaaaaaaa';
  const known = { $metadata: {}, message: '' };
  const send = async ({ input }: { input: { name?: string; executionArn?: string } }) => {
    if (input.name) {
      if (runs.has(input.name)) throw new ExecutionAlreadyExists(known);
      return runs.set(input.name, 'RUNNING');
    }
    const [run = ''] = (input.executionArn ?? '').split(':').slice(-1);
    expect(input.executionArn).toBe(`${machine.replace('stateMachine', 'execution')}:${run}`);
    if (!runs.has(run)) throw new ExecutionDoesNotExist(known);
    return { status: runs.get(run) };
  };
  const table = {
    get: async ({ sk }: { sk: string }) => (sk === 'META' ? stored : { v: 1, sequence: 1, hash: head }),
    query: async () => [],
    update: async (_: object, { ExpressionAttributeValues }: { ExpressionAttributeValues: Item }) => {
      const { ':now': now, ':seen': seen } = ExpressionAttributeValues;
      const same = (one: unknown) => JSON.stringify(stored.releasing) === JSON.stringify(one);
      if (!same(seen) && !same(now)) throw new ConditionalCheckFailedException(known);
      stored = { ...stored, releasing: now };
    },
  };
  const work = { table, client: () => ({ send }) } as unknown as Parameters<typeof startRelease>[0];
  return {
    runs,
    ask: (more: object = {}) => startRelease(work, { ...wish, ...more }),
    /** What a run writes moves the end of the ledger. */
    goesOn: (to: string) => {
      head = to.repeat(16);
    },
  };
}

describe('a release that is asked for again', () => {
  test('while its run is under way is the same release, however far the ledger has come', async () => {
    const { runs, ask, goesOn } = deployment();
    const first = await ask();
    expect(await ask()).toBe(first);
    goesOn('b');
    expect(await ask()).toBe(first);
    expect([...runs.keys()]).toEqual([first]);
  });

  test('once its run has ended is another one', async () => {
    const { runs, ask, goesOn } = deployment();
    runs.set(await ask(), 'SUCCEEDED');
    goesOn('b');
    await ask();
    expect([...runs.values()]).toEqual(['SUCCEEDED', 'RUNNING']);
  });

  test('to close the incident with it is refused while a release that does not is under way; the same close is one', async () => {
    const { runs, ask, goesOn } = deployment();
    const first = await ask();
    await expect(ask({ as: 'handled' })).rejects.toThrow(/A release of inc-1 is under way .*answer its question first/);
    runs.set(first, 'SUCCEEDED');
    goesOn('b');
    const closing = await ask({ as: 'handled' });
    goesOn('c');
    expect(await ask({ as: 'handled' })).toBe(closing);
    expect(await ask()).toBe(closing);
    expect(runs.size).toBe(2);
  });
});

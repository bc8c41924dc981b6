import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Approval } from '../../lib/domain/approval.ts';
import { approvalItem, type MessageRef, pointerItem } from '../../lib/items/approval.ts';
import type { Posted } from '../runtime/blocks.ts';
import type { Work } from '../runtime/pipeline.ts';
import { Conflict } from '../runtime/table.ts';

const people = vi.hoisted(() => ({ names: ['Rosa', 'Leo'] }));
const edits: { ref: MessageRef; posted: Posted }[] = [];
const entries: { actor: string; what: string }[] = [];
let busy = false;
vi.mock('../runtime/settings.ts', () => ({
  approversFor: async (_: unknown, { name }: { name: string }) => {
    if (!people.names.includes(name)) throw new Error('You are no approver for account 444455556666.');
  },
}));
vi.mock('../runtime/channels.ts', () => ({
  edit: async (_: unknown, ref: MessageRef, posted: Posted) => edits.push({ ref, posted }),
}));
vi.mock('../runtime/ledger.ts', () => ({
  append: async (_: unknown, __: unknown, entry: { actor: string; what: string }) => {
    if (busy) throw new Conflict(new TransactionCanceledException({ message: 'busy', $metadata: {} }));
    entries.push(entry);
  },
}));
const { takeOver } = await import('./approvals.ts');

const at = '2026-11-29T03:00:00.000Z';
const asked: Approval = {
  id: 'q',
  incident: 'inc-1',
  run: 'r',
  account: '444455556666',
  question: 'quarantine',
  state: 'PENDING',
  planHash: 'h',
  needs: 'one',
  decisions: [],
  askedAt: at,
  expiresAt: '2026-11-29T04:00:00.000Z',
  suspects: [],
  requestedBy: null,
};
const of = ['inc-1', 'r', 'quarantine'] as const;
const posted = {
  text: 'Contain i-1?',
  blocks: [{ type: 'header', text: { type: 'plain_text', text: '🔴 HIGH · Contain i-1?' } }, { type: 'actions' }],
};
const messages = [
  { channel: 'C1', ts: '1' },
  { channel: 'C2', ts: '2' },
];
const { pk: target, sk: targetSk } = approvalItem.key(...of);
const items = [approvalItem.item({ ...asked, messages, posted }, ...of), pointerItem.item({ target, targetSk }, 'q')];
const get = async ({ pk, sk }: { pk: string; sk: string }) => items.find((one) => one.pk === pk && one.sk === sk);
const work = { table: { get } } as unknown as Work;
const taking = (name: string, more: object = {}) =>
  takeOver(work, 'q', { approver: { name, ...more }, now: at }, 'slack');

beforeEach(() => {
  edits.length = 0;
  entries.length = 0;
  busy = false;
});

it('names who is on it in the first line of every copy, keeps the buttons, and goes on record', async () => {
  const { approval } = await taking('Rosa');
  expect(approval).toMatchObject({ state: 'PENDING', owner: { by: 'Rosa', via: 'slack', at } });
  expect(entries).toMatchObject([{ actor: 'Rosa', what: 'took over "quarantine" via slack' }]);
  expect(edits.map(({ ref }) => ref)).toEqual(messages);
  const [{ posted: shown } = { posted }] = edits;
  expect(shown.blocks[0]).toMatchObject({ text: { text: '👤 Rosa is on it · 🔴 HIGH · Contain i-1?' } });
  expect(shown.blocks.map(({ type }) => type)).toEqual(['header', 'section', 'actions']);
});

it('names the person of Identity Center, and not only the role that they share', async () => {
  await taking('Rosa', { signedAs: 'arn:aws:sts::1:assumed-role/AWSReservedSSO_Security_1/mia@example.com' });
  expect(entries).toMatchObject([{ actor: 'mia@example.com (Rosa)' }]);
  expect(edits[0]?.posted.blocks[0]).toMatchObject({
    text: { text: expect.stringContaining('mia@example.com (Rosa)') },
  });
});

it('is for those who may approve there, and for the first of them', async () => {
  await expect(taking('Mia')).rejects.toThrow('no approver');
  busy = true;
  await expect(taking('Rosa')).rejects.toThrow('Someone else was a moment before you.');
  expect(edits).toEqual([]);
});

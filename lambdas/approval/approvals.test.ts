import { beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Approval } from '../../lib/domain/approval.ts';
import { approvalItem, pointerItem } from '../../lib/items/approval.ts';
import type { Work } from '../runtime/pipeline.ts';

const people = vi.hoisted(() => ({ names: [] as string[] }));
const Written = z.object({
  Update: z.object({
    ExpressionAttributeValues: z.object({
      ':state': z.string(),
      ':decisions': z.array(z.object({ by: z.string() })),
    }),
  }),
});
const written: { state: string; decisions: { by: string }[] }[] = [];
const put: unknown[] = [];
vi.mock('../runtime/settings.ts', () => ({ approversFor: async () => people.names }));
vi.mock('../runtime/ledger.ts', () => ({
  append: async (_: unknown, __: unknown, ___: unknown, extras: (table: string) => object[]) => {
    const [update, ...others] = extras('t');
    const { ':state': state, ':decisions': decisions } = Written.parse(update).Update.ExpressionAttributeValues;
    written.push({ state, decisions });
    put.push(...others);
  },
}));
const { decide } = await import('./approvals.ts');

const at = '2026-11-29T03:00:00.000Z';
const yes = (by: string) => ({ verdict: 'APPROVED' as const, by, via: 'slack' as const, at, reason: null });

/** A question for two people, with the yes of some. */
function asked(by: string[], more: Partial<Approval> = {}): Work {
  const approval: Approval = {
    id: 'q',
    incident: 'inc-1',
    run: 'r',
    account: '444455556666',
    question: 'release',
    state: 'PENDING',
    planHash: 'h',
    needs: 'two',
    decisions: by.map(yes),
    askedAt: at,
    expiresAt: '2026-11-29T04:00:00.000Z',
    suspects: [],
    requestedBy: null,
    ...more,
  };
  const of = ['inc-1', 'r', 'release'] as const;
  const { pk: target, sk: targetSk } = approvalItem.key(...of);
  const items = [approvalItem.item(approval, ...of), pointerItem.item({ target, targetSk }, 'q')];
  const get = async ({ pk, sk }: { pk: string; sk: string }) => items.find((one) => one.pk === pk && one.sk === sk);
  return { table: { get } } as unknown as Work;
}
const agrees = (work: Work, name: string, also?: string[]) =>
  decide(work, 'q', { verdict: 'APPROVED', planHash: 'h', approver: { name }, reason: null, now: at, also }, 'slack');

beforeEach(() => {
  written.length = 0;
  put.length = 0;
  people.names = ['Rosa', 'Leo', 'Mia'];
});

it('two people who may approve are enough', async () => {
  expect((await agrees(asked(['Rosa']), 'Leo')).approval.state).toBe('APPROVED');
  expect(written).toMatchObject([{ state: 'APPROVED', decisions: [{ by: 'Rosa' }, { by: 'Leo' }] }]);
});

it('the yes of somebody who was removed since counts no more: another has to agree, and it stays on record', async () => {
  people.names = ['Leo', 'Mia'];
  expect((await agrees(asked(['Rosa']), 'Leo')).approval.state).toBe('PENDING');
  expect((await agrees(asked(['Rosa', 'Leo']), 'Mia')).approval.state).toBe('APPROVED');
  expect(written[1]?.decisions.map(({ by }) => by)).toEqual(['Rosa', 'Leo', 'Mia']);
});

it('a wider lever that both have ticked answers its own question too, in the same write, and one of them alone none', async () => {
  const offers = [
    { name: 'interfaces', title: 'I' },
    { name: 'stop', title: 'S', of: { question: 'stop', plan: 'hash of stop' } },
  ];
  await agrees(asked(['Rosa'], { offers }), 'Leo', ['stop']);
  expect(put).toEqual([]);
  const levers = ['interfaces', 'stop'];
  await agrees(asked([], { offers, needs: 'one' }), 'Leo', ['stop']);
  const [{ Put }] = put as [{ Put: { Item: Record<string, unknown> } }];
  expect(Put.Item).toMatchObject({ question: 'stop', state: 'APPROVED', planHash: 'hash of stop', levers: null });
  expect(Put.Item.decisions).toMatchObject([{ by: 'Leo', levers }]);
  await expect(agrees(asked([], { offers }), 'Leo', ['delete-account'])).rejects.toThrow('none of what is offered');
});

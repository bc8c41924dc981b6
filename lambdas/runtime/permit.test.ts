import { expect, it } from 'vitest';
import type { Approval } from '../../lib/domain/approval.ts';
import type { Call } from '../../lib/domain/call.ts';
import { Question } from '../../lib/domain/incident.ts';
import { approvalItem } from '../../lib/items/approval.ts';
import { breakerItem } from '../../lib/items/breaker.ts';
import { permit, planHash } from './permit.ts';
import type { Work } from './pipeline.ts';

const at = '2026-11-29T03:00:00.000Z';
const lever = (name: string) => ({ name, title: name, effect: '', undo: '' });
const question = Question.parse({
  name: 'quarantine',
  levers: [lever('a'), lever('b')],
  ifNobodyAnswers: 'hold',
  within: 900,
});
const target = { id: 'i-1' };
const hash = planHash('inc-1', question, target);
const call: Call = {
  operation: 'apply',
  run: { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond', openedAt: at },
  target,
  plan: { question, authority: { kind: 'ask', because: '' }, hash },
};
it('lets a standing order through only as far as the circuit breaker has counted this run', async () => {
  const ordered = {
    ...call,
    plan: { question, authority: { kind: 'standing', order: 'o', because: '' }, hash },
  } as Call;
  const counted = (...runs: string[]): Work => {
    const item = breakerItem.item({ incidents: new Set(runs) }, at.slice(0, 13), '444455556666');
    const get = async ({ sk }: { sk: string }) => (sk === item.sk || sk.includes('444455556666') ? item : null);
    return { table: { get }, now: () => at } as unknown as Work;
  };
  await permit(counted('r'), ordered, '444455556666', 'b');
  await expect(permit(counted('another'), ordered, '444455556666', 'b')).rejects.toThrow(
    'has not let this run through',
  );
});

const approved = (more: Partial<Approval>): Work => {
  const approval: Approval = {
    id: 'q',
    incident: 'inc-1',
    run: 'r',
    question: 'quarantine',
    state: 'APPROVED',
    planHash: hash,
    needs: 'one',
    decisions: [],
    askedAt: at,
    expiresAt: at,
    suspects: [],
    requestedBy: null,
    ...more,
  };
  return { table: { get: async () => approvalItem.item(approval, 'inc-1', 'r', 'quarantine') } } as unknown as Work;
};

it('lets a lever through that people agreed to, and none that they left out, whatever the run was told', async () => {
  await permit(approved({}), call, '444455556666', 'b');
  const narrower = approved({ levers: ['a'] });
  await permit(narrower, call, '444455556666', 'a');
  await expect(permit(narrower, call, '444455556666', 'b')).rejects.toThrow('chose other levers');
});

import { expect, test } from 'vitest';
import type { Approval } from '../../../lib/domain/approval.ts';
import type { Plan } from '../../../lib/domain/incident.ts';
import { Target } from '../../targets/target.ts';
import { type QuestionContent, question } from './question.ts';

const at = '2026-06-01T11:00:00.000Z';
const target = Target.parse({
  kind: 'user',
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  id: 'bob',
  tags: {},
  arn: 'arn:aws:iam::111122223333:user/bob',
  principal: null,
  seenAt: at,
  since: null,
  key: null,
  keys: [],
  attached: [],
  boundary: null,
});
const approval: Approval = {
  id: 'abc',
  incident: 'inc-1',
  run: 'run-1',
  question: 'remove',
  state: 'PENDING',
  planHash: 'f'.repeat(64),
  needs: 'two',
  decisions: [],
  askedAt: at,
  expiresAt: '2026-06-01T21:00:00.000Z',
  suspects: [],
  requestedBy: null,
};
const lever = { name: 'x', title: 'Delete it', effect: 'It is gone.', undo: 'It cannot be undone.' };
const plan = (kind: 'eradicate' | undefined): Plan => ({
  question: {
    name: 'remove',
    levers: [lever],
    ifNobodyAnswers: 'hold',
    within: 18_000,
    takes: [],
    needs: 'two',
    byHand: [],
    ...(kind && { kind }),
  },
  authority: { kind: 'ask-two', because: 'this always needs two people; no standing order applies' },
  hash: approval.planHash,
});
const goes = Array.from(
  { length: 45 },
  (_, n) => `access key ${`AKIA${n}`.padEnd(128, 'X')} of user ${'u'.repeat(130)}`,
);
const comparison = { toPutBack: [], changedMeanwhile: [] };
const asked = (kind: 'eradicate' | undefined): QuestionContent => ({
  approval,
  plan: plan(kind),
  target,
  finding: null,
  blast: { facts: [], unknown: [] },
  goes,
  comparison,
});

test('what is removed for good is asked for in plain words, and nobody is hurried', () => {
  const shown = JSON.stringify(question(asked('eradicate')));
  expect(shown).toContain('Delete permanently bob?');
  expect(shown).toContain('*Deleting is permanent.*');
  expect(shown).not.toContain('Evidence is being sealed meanwhile');
  expect(JSON.stringify(question(asked(undefined)))).toContain('Contain bob?');
});

test('everything that a yes removes is shown, however much it is', () => {
  const { blocks } = question(asked('eradicate'));
  const shown = JSON.stringify(blocks);
  for (const line of goes) expect(shown).toContain(line);
  // Slack takes 50 blocks in a message (docs.slack.dev, Block Kit reference).
  expect(blocks.length).toBeLessThan(50);
});

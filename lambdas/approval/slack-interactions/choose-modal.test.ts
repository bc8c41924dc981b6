import { expect, it } from 'vitest';
import type { Approval } from '../../../lib/domain/approval.ts';
import { checkView } from '../../../test/sandbox/slack/check.ts';
import { chooseModal, chosenIn } from './choose-modal.ts';

const at = '2026-11-29T03:00:00.000Z';
const asked = (offers: Approval['offers']): Approval => ({
  id: 'q',
  incident: 'inc-1',
  run: 'r',
  question: 'quarantine',
  state: 'PENDING',
  planHash: 'h',
  needs: 'one',
  decisions: [],
  offers,
  askedAt: at,
  expiresAt: at,
  suspects: [],
  requestedBy: null,
});
const offers = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `l${n}`, title: 'T'.repeat(200) }));

it('offers every lever, ticked, as Slack takes it, and remembers its question', () => {
  const view = chooseModal('{"approval":"q","plan":"h"}', asked(offers(10)));
  expect(checkView(view)).toHaveProperty('good');
  expect(view).toMatchObject({
    private_metadata: '{"approval":"q","plan":"h"}',
    blocks: [{ element: { initial_options: [{ value: 'l0' }, ...offers(9).map(() => ({}))] } }],
  });
});

it('offers what goes further too, not ticked', () => {
  const wider = { name: 'stop', title: 'Stop it', of: { question: 'stop', plan: 'h' } };
  const view = chooseModal('{}', asked([...offers(2), wider]));
  expect(checkView(view)).toHaveProperty('good');
  const values = (of: unknown) => (of as { value: string }[]).map(({ value }) => value);
  const [{ element }] = view.blocks as unknown as [{ element: { options: unknown; initial_options: unknown } }];
  expect([values(element.options), values(element.initial_options)]).toEqual([
    ['l0', 'l1', 'stop'],
    ['l0', 'l1'],
  ]);
});

it('is refused in words where nothing can be chosen, or more than Slack shows', () => {
  for (const none of [null, offers(11)])
    expect(() => chooseModal('{}', asked(none))).toThrow('a yes to this question is about all of it');
});

it('reads what was ticked', () => {
  const selected_options = [{ value: 'l0' }, { value: 'l2' }];
  expect(chosenIn({ levers: { levers: { selected_options } } })).toEqual(['l0', 'l2']);
  expect(chosenIn({})).toEqual([]);
});

import { expect, it } from 'vitest';
import { checkView } from '../../../test/sandbox/slack/check.ts';
import { togetherIn, togetherModal } from './together-modal.ts';

const hash = (of: string): string => of.padEnd(64, 'f');
const one = (id: string, more: object = {}) => ({
  id: id.padEnd(32, '0'),
  run: `run-${id}`,
  question: 'quarantine',
  state: 'PENDING' as const,
  planHash: hash(id),
  about: `i-${id}`,
  askedAt: `2026-11-29T10:00:0${id.length}.000Z`,
  ...more,
});
const shown = (view: object): string => JSON.stringify(view);

it('offers what is still asked the same, this one first, ticked, each with its own id and plan', () => {
  const others = [one('bb'), one('c', { question: 'older' }), one('d', { state: 'DECLINED' }), one('a')];
  const view = togetherModal('{}', one('a'), others);
  expect(checkView(view)).toHaveProperty('good');
  const { blocks } = view;
  const options = [one('a'), one('bb')].map(({ id, planHash, about }) => ({
    text: { type: 'plain_text', text: about },
    value: `${id} ${planHash}`,
  }));
  expect(blocks).toMatchObject([{ element: { options, initial_options: options } }]);
});

it('takes as many as Slack shows, and says how many are left to their own question', () => {
  const many = Array.from({ length: 14 }, (_, n) => one(`x${n}`.padEnd(4, 'y'), { about: 'i'.repeat(300) }));
  const view = togetherModal('{}', one('a'), many);
  expect(checkView(view)).toHaveProperty('good');
  expect(shown(view)).toContain('5 more have to be answered by themselves');
});

it('of an attack sequence offers all that waits, whatever it asks, in groups of as many as Slack shows', () => {
  const sequence = 'seq';
  const many = Array.from({ length: 24 }, (_, n) => one(`x${n}`.padEnd(4, 'y'), { sequence, question: `q${n}` }));
  const view = togetherModal('{}', one('a', { sequence }), [...many, one('other', { question: 'deny' })]);
  expect(checkView(view)).toHaveProperty('good');
  const groups = view.blocks as { readonly element: { readonly options: readonly { text: { text: string } }[] } }[];
  expect(groups.map(({ element }) => element.options.length)).toEqual([10, 10, 5]);
  expect(groups[0]?.element.options[0]?.text.text).toBe('quarantine: i-a');
  expect(shown(view)).not.toContain('deny');
});

it('is refused where nothing else waits', () => {
  expect(() => togetherModal('{}', one('a'), [one('a')])).toThrow('Nothing else is asked the same');
});

it('reads what was ticked, each bound to its plan, and nothing that is none of ours', () => {
  const ticked = (value: string) => togetherIn({ together: { together: { selected_options: [{ value }] } } });
  expect(ticked(`q ${hash('p')}`)).toEqual([{ approval: 'q', plan: hash('p') }]);
  expect(() => ticked('q')).toThrow();
  expect(togetherIn({})).toEqual([]);
  const [first, second] = ['a', 'b'].map((of) => ({
    together: { selected_options: [{ value: `${of} ${hash(of)}` }] },
  }));
  expect(togetherIn({ together: first ?? {}, 'together-1': second ?? {} })).toHaveLength(2);
});

import { expect, it } from 'vitest';
import type { AuthorityDecision } from '../../../lib/domain/authority.ts';
import { type Plan, Question } from '../../../lib/domain/incident.ts';
import { withFurther } from './wider.ts';

const lever = (name: string) => ({ name, title: name.toUpperCase(), effect: `${name}.`, undo: 'It goes back.' });
const question = (name: string, levers: string[], offeredIn?: string): Question =>
  Question.parse({
    name,
    levers: levers.map(lever),
    ifNobodyAnswers: 'hold',
    within: 900,
    ...(offeredIn && { offeredIn }),
  });
const plan = (asked: Question, kind: 'ask' | 'ask-two' | 'standing' | 'refused'): Plan => ({
  question: asked,
  authority: { kind, because: 'x' } as AuthorityDecision,
  hash: `hash of ${asked.name}`,
});
const quarantine = question('quarantine', ['interfaces', 'session']);
const stop = question('stop', ['stop'], 'quarantine');
const offered = (...plans: Plan[]) => withFurther(plans)[0]?.further;

it('a wider lever is offered with its plan, by the question that it widens alone', () => {
  const [first, second] = withFurther([plan(quarantine, 'ask'), plan(stop, 'ask')]);
  const of = { question: 'stop', plan: 'hash of stop' };
  expect(first?.further).toEqual([{ name: 'stop', title: 'STOP', effect: 'stop.', of }]);
  expect(second).not.toHaveProperty('further');
});

it('is not offered where other people decide on it, nobody is asked, or it cannot work here', () => {
  expect(offered(plan(quarantine, 'ask'), plan(stop, 'ask-two'))).toBeUndefined();
  expect(offered(plan(quarantine, 'ask'), plan(stop, 'refused'))).toBeUndefined();
  expect(offered(plan(quarantine, 'standing'), plan(stop, 'standing'))).toBeUndefined();
  const cannot = { levers: ['stop'], because: 'its disk is in memory' };
  expect(offered(plan(quarantine, 'ask'), { ...plan(stop, 'ask'), cannot })).toBeUndefined();
  expect(offered(plan(quarantine, 'ask-two'), plan(stop, 'ask-two'))).toHaveLength(1);
});

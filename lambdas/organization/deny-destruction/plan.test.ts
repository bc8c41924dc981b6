import { expect, it } from 'vitest';
import { contentFor, isSame, planDestruction } from './plan.ts';

const account = '444455556666';
const ours = `arn:aws:iam::${account}:role/tourniquet-contain`;
const rescue = `arn:aws:iam::${account}:role/rescue`;
const elsewhere = 'arn:aws:iam::111122223333:user/rosa';
const before = { policy: 'p', content: null };
const rules = { management: '111122223333', spared: [rescue, ours, elsewhere] };

const statementIn = (content: string) => JSON.parse(content).Statement[0];

it('spares whom the list names in the account alone, and is the same for the same people', () => {
  const content = contentFor(account, rules.spared);
  expect(statementIn(content)).toMatchObject({
    Effect: 'Deny',
    Resource: '*',
    Condition: { ArnNotLike: { 'aws:PrincipalArn': [rescue, ours] } },
  });
  expect(contentFor(account, rules.spared.toReversed())).toBe(content);
  expect(statementIn(contentFor(account, [elsewhere]))).not.toHaveProperty('Condition');
});

it('is planned once', () => {
  const content = contentFor(account, rules.spared);
  expect(planDestruction({ account }, before, rules)).toEqual({ ours: { policy: 'p', content } });
  const spaced = JSON.stringify(JSON.parse(content), null, 2);
  expect(isSame(spaced, content)).toBe(true);
  expect(planDestruction({ account }, { policy: 'p', content: spaced }, rules)).toHaveProperty('nothing');
  // Before anybody was asked nobody knows whom it would spare.
  expect(planDestruction({ account }, { policy: 'p', content }, { ...rules, spared: null })).toHaveProperty('nothing');
});

it.each([
  ['the management account', { account: '111122223333' }, before, rules, /no policy binds the management account/],
  [
    'one that somebody rewrote',
    { account },
    { policy: 'p', content: '{"Statement":[]}' },
    rules,
    /says something else/,
  ],
  [
    'more people than a policy has room for',
    { account },
    before,
    { ...rules, spared: Array.from({ length: 120 }, (_, at) => `${rescue}-${at}`) },
    /characters, over 5120/,
  ],
])('refuses %s in words', (_, target, state, given, words) => {
  const plan = planDestruction(target, state, given);
  expect(plan).toHaveProperty('refused');
  expect((plan as { refused: string }).refused).toMatch(words);
});

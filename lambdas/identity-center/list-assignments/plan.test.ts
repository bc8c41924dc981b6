import { describe, expect, it } from 'vitest';
import { type AssignedSet, factsOf } from './plan.ts';

const target = {
  id: 'eve@example.com',
  account: '444455556666',
  roleName: 'AWSReservedSSO_Developer_0123456789abcdef',
};
const held = (name: string, accounts: readonly string[], more: Partial<AssignedSet> = {}): AssignedSet => ({
  name,
  accounts,
  through: 'the person',
  session: null,
  ...more,
});
const factsAbout = (...all: AssignedSet[]): readonly string[] =>
  factsOf({ target, held: all, management: '111122223333', delegate: null, unknown: [] }).facts;

describe('factsOf', () => {
  it('counts, and names the permission set of the finding first', () => {
    const read = held('Read', ['222233334444', '444455556666'], { through: 'a group' });
    expect(factsAbout(read, held('Developer', ['444455556666']))).toEqual([
      'eve@example.com may enter 2 accounts with 2 permission sets',
      'Developer, the one of the finding, in 444455556666',
      'Read in 222233334444, 444455556666, through a group',
    ]);
  });

  it('says when the management account is among them', () => {
    expect(factsAbout(held('Developer', ['111122223333'])).at(-1)).toMatch(
      /^The management account 111122223333 is among/,
    );
    expect(factsAbout(held('Developer', ['444455556666'])).join()).not.toContain('management account');
  });

  it('says before anybody answers what an account that administers it by delegation cannot do', () => {
    const delegate = '555566667777';
    const facts = (...accounts: string[]) =>
      factsOf({ target, held: [held('Developer', accounts)], management: '111122223333', delegate, unknown: [] }).facts;
    expect(facts('111122223333', '444455556666').join()).toContain(
      'The deny cannot work: IAM Identity Center does not let 555566667777 change Developer, which 111122223333 has too',
    );
    expect(facts('444455556666').join()).not.toContain('cannot work');
  });

  it.each([
    [['PT1H', 'PT12H'], 'up to 12 hours'],
    [['PT1H30M', 'PT1H'], 'up to 90 minutes'],
    [['PT1H', 'P1D', null], 'up to 1 hour from'],
  ])('says how long an open session lasts: %j %s', (sessions, words) => {
    const all = sessions.map((session, at) => held(`Set${at}`, ['444455556666'], { session }));
    expect(factsAbout(...all).at(-1)).toContain(words);
  });

  it('says no length that nobody knows', () => {
    expect(factsAbout(held('Read', ['444455556666'], { session: 'for ever' })).join()).not.toContain('session');
  });

  it('stays at twelve sentences, and at a few accounts in each', () => {
    const accounts = Array.from({ length: 9 }, (_, at) => `11112222333${at}`);
    const many = Array.from({ length: 30 }, (_, at) => held(`Set${at}`, accounts, { session: 'PT8H' }));
    const facts = factsAbout(...many);
    expect(facts.length).toBeLessThanOrEqual(12);
    expect(facts).toContain('24 more permission sets');
    expect(facts[1]).toBe('Set0 in 111122223330, 111122223331, 111122223332, 111122223333 and 5 more');
  });

  it('says that there is nothing to enter', () => {
    expect(factsAbout()).toEqual(['eve@example.com has no permission set in any account']);
  });

  it('never claims to know which sessions are open', () => {
    const { unknown } = factsOf({
      target,
      held: [],
      management: '',
      delegate: null,
      unknown: ['The name of ps-1: it was refused'],
    });
    expect(unknown).toEqual(['The name of ps-1: it was refused', expect.stringContaining('sessions are open')]);
  });
});

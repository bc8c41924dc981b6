import { describe, expect, it } from 'vitest';
import {
  type Approval,
  type Attempt,
  agreedLevers,
  type Decision,
  isAmong,
  isSignedBy,
  namedLevers,
  notTakenOver,
  objection,
  stateAfter,
  untold,
} from './approval.ts';

const approval: Approval = {
  id: 'a1',
  incident: 'inc-1',
  run: 'run-1',
  question: 'quarantine',
  state: 'PENDING',
  planHash: 'hash',
  needs: 'one',
  decisions: [],
  askedAt: '2026-11-22T03:00:00.000Z',
  expiresAt: '2026-11-22T03:30:00.000Z',
  suspects: ['arn:aws:iam::1:user/mallory'],
  requestedBy: null,
};
const rosa = { name: 'Rosa', slack: 'U0ROSA' };
const attempt: Attempt = {
  verdict: 'APPROVED',
  planHash: 'hash',
  approver: rosa,
  reason: null,
  now: '2026-11-22T03:10:00.000Z',
};
const role = 'arn:aws:iam::1:role/AWSReservedSSO_Security_1';
const signedAs = (person: string): string => `arn:aws:sts::1:assumed-role/AWSReservedSSO_Security_1/${person}`;
const yes: Decision = { verdict: 'APPROVED', by: 'Rosa', via: 'slack', at: '2026-11-22T03:05:00.000Z', reason: null };

describe('a choice of levers', () => {
  const offers = ['a', 'b', 'c'].map((name) => ({ name, title: name.toUpperCase() }));
  const two: Partial<Approval> = { needs: 'two', offers, decisions: [{ ...yes, by: 'Leo', levers: ['a'] }] };

  it.each<[string, Partial<Approval>, string[], string | null]>([
    ['of what is offered', { offers }, ['a', 'c'], null],
    ['of what is not', { offers }, ['a', 'delete-account'], '"delete-account" is none of what is offered: a, b, c.'],
    ['of nothing', { offers }, [], 'Nothing would be left'],
    ['where nothing is offered', {}, ['a'], 'about all of it'],
    ['with nothing in common with the first of two', two, ['b', 'c'], 'Nothing would be left'],
  ])('%s', (_, of, levers, because) => {
    const said = objection({ ...approval, ...of }, { ...attempt, levers });
    expect(said).toEqual(because === null ? null : expect.stringContaining(because));
  });

  it('counts as far as everybody made it', () => {
    expect(agreedLevers({ offers }, [{}, {}])).toBeNull();
    expect(agreedLevers({ offers }, [{ levers: ['c', 'a'] }, {}])).toEqual(['a', 'c']);
    expect(agreedLevers({ offers }, [{ levers: ['a', 'b'] }, { levers: ['b', 'c'] }])).toEqual(['b']);
    expect(agreedLevers({ offers }, [{ levers: ['a', 'b', 'c'] }])).toBeNull();
    expect(agreedLevers({}, [{}])).toBeNull();
  });

  it('that goes further is agreed to only by whoever names it, and by both of two', () => {
    const wider = [...offers, { name: 'w', title: 'W', of: { question: 'stop', plan: 'p' } }];
    expect(agreedLevers({ offers: wider }, [{}])).toBeNull();
    expect(agreedLevers({ offers: wider }, [{ levers: ['a', 'b', 'c'] }])).toBeNull();
    expect(agreedLevers({ offers: wider }, [{ levers: ['a', 'b', 'c', 'w'] }])).toEqual(['a', 'b', 'c', 'w']);
    expect(agreedLevers({ offers: wider }, [{ levers: ['w'] }])).toEqual(['w']);
    expect(agreedLevers({ offers: wider }, [{ levers: ['a', 'w'] }, {}])).toEqual(['a']);
    const also = { ...attempt, also: ['w'] };
    expect(namedLevers({ offers: wider }, also)).toEqual(['a', 'b', 'c', 'w']);
    expect(namedLevers({ offers: wider }, { ...also, levers: ['a'] })).toEqual(['a', 'w']);
  });
});

describe('notTakenOver', () => {
  const mia = { name: 'Mia', iam: 'arn:aws:iam::1:user/mallory' };
  it.each<[string, Partial<Approval>, Partial<Attempt>, string | null]>([
    ['an approver in time', {}, {}, null],
    ['a suspect, who would silence it', {}, { approver: mia }, 'under investigation'],
    ['who asked for it', { requestedBy: 'Rosa' }, {}, 'requested this yourself'],
    ['after somebody else', { owner: { by: 'Leo', via: 'slack', at: approval.askedAt } }, {}, 'Leo took this over'],
    ['decided already', { state: 'APPROVED', decisions: [yes] }, {}, 'already approved by Rosa'],
    ['at the very moment of expiry', {}, { now: approval.expiresAt }, 'expired'],
  ])('%s', (_, of, by, because) => {
    const said = notTakenOver({ ...approval, ...of }, { ...attempt, ...by });
    expect(said).toEqual(because === null ? null : expect.stringContaining(because));
  });
});

describe('objection', () => {
  it('has none against an approver in time, for the plan that was shown', () => {
    expect(objection(approval, attempt)).toBeNull();
  });

  it.each<[string, Partial<Approval>, Partial<Attempt>, string]>([
    ['decided already', { state: 'APPROVED', decisions: [yes] }, {}, 'already approved by Rosa at'],
    ['superseded', { state: 'SUPERSEDED' }, {}, 'already superseded'],
    ['at the very moment of expiry', {}, { now: approval.expiresAt }, 'expired'],
    ['another plan', {}, { planHash: 'other' }, 'plan has changed'],
    ['a suspect', {}, { approver: { name: 'M', iam: 'arn:aws:iam::1:user/mallory' } }, 'under investigation'],
    [
      'a suspect whose path the finding left out',
      {},
      { approver: { name: 'M', iam: 'arn:aws:iam::1:user/ops/mallory' } },
      'under investigation',
    ],
    [
      'a person of Identity Center whose session elsewhere is in doubt',
      { suspects: ['arn:aws:sts::2:assumed-role/AWSReservedSSO_View_1/mallory'] },
      { approver: { name: 'M', iam: role, signedAs: signedAs('mallory') } },
      'under investigation',
    ],
    [
      'one person of Identity Center twice',
      { needs: 'two', decisions: [{ ...yes, by: 'Security', person: 'rosa' }] },
      { approver: { name: 'Security', iam: role, signedAs: signedAs('rosa') } },
      'second person must approve',
    ],
    [
      'two sessions of a role whose names anybody may choose',
      { needs: 'two', decisions: [{ ...yes, by: 'Ops' }] },
      { approver: { name: 'Ops', iam: 'arn:aws:iam::1:role/ops', signedAs: 'arn:aws:sts::1:assumed-role/ops/other' } },
      'second person must approve',
    ],
    ['own request', { requestedBy: 'Rosa' }, {}, 'another approver'],
    ['the same person twice', { needs: 'two', decisions: [yes] }, {}, 'second person must approve'],
    ['a no without a reason', {}, { verdict: 'DECLINED', reason: '  ' }, 'reason'],
  ])('%s', (_, changed, changedAttempt, because) => {
    expect(objection({ ...approval, ...changed }, { ...attempt, ...changedAttempt })).toContain(because);
  });

  it('takes two people of Identity Center who share an entry for two', () => {
    const first = { ...yes, by: 'Security', person: 'rosa' };
    const approver = { name: 'Security', iam: role, signedAs: signedAs('leo') };
    expect(objection({ ...approval, needs: 'two', decisions: [first] }, { ...attempt, approver })).toBeNull();
  });

  it('lets the first of two take the yes back, with a reason', () => {
    const first = { ...approval, needs: 'two' as const, decisions: [yes] };
    expect(objection(first, { ...attempt, verdict: 'DECLINED', reason: 'it was the wrong one' })).toBeNull();
    expect(objection(first, { ...attempt, verdict: 'DECLINED' })).toContain('reason');
  });

  it('lets the command line decide without the hash a button carries', () => {
    expect(objection(approval, { ...attempt, planHash: null })).toBeNull();
  });
});

describe('stateAfter', () => {
  const two: Approval = { ...approval, needs: 'two' };
  it.each<[Approval, Decision['verdict'], string]>([
    [approval, 'APPROVED', 'APPROVED'],
    [approval, 'DECLINED', 'DECLINED'],
    [two, 'APPROVED', 'PENDING'],
    [{ ...two, decisions: [yes] }, 'APPROVED', 'APPROVED'],
    [{ ...two, decisions: [yes] }, 'DECLINED', 'DECLINED'],
  ])('case %#', (from, verdict, to) => {
    expect(stateAfter(from, verdict)).toBe(to);
  });
});

describe('who an approver is in AWS', () => {
  const elsewhere = 'arn:aws:sts::2:assumed-role/AWSReservedSSO_View_2/Rosa';
  const shared = { name: 'Rosa', slack: 'U0ROSA', iam: role };

  it.each([
    ['by the login, in whichever permission set', { ...shared, login: 'rosa' }, elsewhere, true],
    ['by the login alone, where there is no iam', { ...rosa, login: 'rosa' }, elsewhere, true],
    ['no other person of the same role', { ...shared, login: 'rosa' }, signedAs('mallory'), false],
    ['no other person, as they signed', { ...shared, signedAs: signedAs('rosa') }, signedAs('mallory'), false],
    ['without a login: whoever has the role', shared, signedAs('mallory'), true],
    ['the role as a whole', { ...shared, login: 'rosa' }, role, true],
    ['by a user of IAM beside the login', { ...rosa, iam: 'arn:aws:iam::1:user/rosa', login: 'rosa' }, elsewhere, true],
  ])('%s', (_, approver, suspect, expected) => {
    expect(isAmong(approver, [suspect])).toBe(expected);
  });

  it('of those who share a role is the one who logs in by that name', () => {
    const two = [
      { ...shared, login: 'rosa' },
      { name: 'Leo', iam: role, login: 'leo' },
    ];
    const by = (person: string) => two.filter((one) => isSignedBy(one, signedAs(person))).map(({ name }) => name);
    expect([by('LEO'), by('rosa'), by('mallory')]).toEqual([['Leo'], ['Rosa'], []]);
    expect(isSignedBy(shared, signedAs('mallory'))).toBe(true);
  });

  it.each([
    ['neither iam nor login', rosa, 'Rosa has neither "iam" nor "login"'],
    ['a role that others may have', shared, '"iam" of Rosa is a role of IAM Identity Center'],
    ['the same with a login', { ...shared, login: 'rosa' }, null],
    ['a user', { ...rosa, iam: 'arn:aws:iam::1:user/rosa' }, null],
    ['the command line alone, where the session says who it is', { name: 'Rosa', iam: role }, null],
  ])('is left open by %s', (_, approver, words) => {
    expect(untold(approver)).toEqual(words && expect.stringContaining(words));
  });
});

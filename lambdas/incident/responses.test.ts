import { describe, expect, it } from 'vitest';
import { claimOf, type Named, named, type Principal } from '../../lib/domain/named.ts';
import type { Threat } from '../../lib/domain/threat.ts';
import { mostFurther } from './further-runs.ts';
import { candidatesAmong, resultOf } from './respond-for-principal/plan.ts';
import { type Known, nameOf, sorted as sortedAmong } from './responses.ts';

const [hub, member, stranger] = ['111122223333', '444455556666', '999900001111'];
const by = (principal: Partial<Principal>, account = member): Named =>
  named(
    'access-key',
    'ASIAIOSFODNN7EXAMPLE',
    { account, region: 'eu-central-1' },
    { principal: { kind: 'iam-user', name: 'alice', id: null, session: null, ...principal } },
  );
const alice = by({});
const session = by({ kind: 'role-session', name: 'deploy', session: 'x' });

const known = (more: Partial<Known> = {}): Known => ({
  incident: 'inc-1',
  partition: 'aws',
  now: '2026-11-30T10:00:00.000Z',
  rules: {
    name: 'tourniquet',
    hub,
    respondsIn: (account) => account === hub || account === member,
    breakGlass: [],
    management: undefined,
  },
  threats: {},
  room: mostFurther,
  holders: new Map(),
  held: [],
  ...more,
});
const threat = (one: Named, more: Partial<Threat> = {}): Threat => ({
  playbook: 'iam-access-key',
  of: 'alongside',
  id: 'alice',
  about: [claimOf(one, 'aws')],
  severity: 'high',
  types: {},
  asks: [],
  at: '2026-11-30T09:00:00.000Z',
  ended: null,
  ...more,
});
const sorted = (acted: readonly Named[], all: Known) => sortedAmong(candidatesAmong(acted), all);
const outcomes = (acted: readonly Named[], more: Partial<Known> = {}) =>
  sorted(acted, known(more)).answered.map(({ outcome }) => outcome);
const started = (acted: readonly Named[], more: Partial<Known> = {}) =>
  sorted(acted, known(more)).starts.map(({ playbook }) => playbook);

describe('a run begins', () => {
  it('about each who acted, by the playbook that fits', () => {
    expect(started([alice, session])).toEqual(['iam-access-key', 'iam-role-session']);
    expect(outcomes([alice, session])).toEqual(['started', 'started']);
  });

  it('of as many as the incident takes', () => {
    expect(outcomes([alice, session], { room: 1 })).toEqual(['started', 'left']);
    expect(started([alice, session], { room: 0 })).toEqual([]);
  });

  it('once more where an earlier one has ended: the run itself knows whether that covers it', () => {
    const ended = { at: '2026-11-30T09:30:00.000Z', mode: 'respond' as const };
    expect(outcomes([alice], { threats: { run: threat(alice, { ended }) } })).toEqual(['started']);
  });
});

describe('no run begins', () => {
  it.each<[string, Named, Partial<Known>, 'under-way' | 'left', RegExp]>([
    ['where one is under way', alice, { threats: { run: threat(alice) } }, 'under-way', /in this incident/],
    [
      'where another incident holds them',
      alice,
      { holders: new Map([[claimOf(alice, 'aws'), 'inc-2']]) },
      'under-way',
      /inc-2 answers/,
    ],
    ['in an account that is not ours', by({}, stranger), {}, 'left', /does not respond in account 999900001111/],
    ['about a service of AWS', by({ kind: 'service', name: 'backup.amazonaws.com' }), {}, 'left', /no playbook/],
    [
      'about our own role',
      by({ kind: 'role-session', name: 'tourniquet-contain', session: 'run' }),
      {},
      'left',
      /own role/,
    ],
    [
      'about a way in for emergencies',
      alice,
      { rules: { ...known().rules, breakGlass: [`arn:aws:iam::${member}:user/alice`] } },
      'left',
      /break-glass/,
    ],
  ])('%s', (_, one, more, outcome, because) => {
    const { starts, answered } = sorted([one], known(more));
    expect(starts).toEqual([]);
    expect(answered).toMatchObject([{ outcome, because: expect.stringMatching(because) }]);
  });

  it('is decided for each by itself: this incident holds them, and a run about something else names them', () => {
    const holders = new Map([[claimOf(alice, 'aws'), 'inc-1']]);
    const beside = threat(session, { about: ['arn:aws:s3:::ledgers', claimOf(alice, 'aws')] });
    expect(outcomes([alice], { holders, threats: { run: beside } })).toEqual(['started']);
  });
});

describe('what is said', () => {
  const result = (acted: readonly Named[], mode: 'observe' | 'respond') =>
    resultOf(sorted(acted, known()).answered, mode);

  it('is whether somebody is left to people', () => {
    expect(result([alice], 'respond')).toMatchObject({ outcome: 'started' });
    expect(result([alice, by({}, stranger)], 'respond')).toMatchObject({
      outcome: 'partly-started',
      because: `user alice in account ${member}: by iam-access-key; user alice in account ${stranger}: Tourniquet does not respond in account ${stranger}`,
    });
    expect(result([alice], 'observe')).toMatchObject({ outcome: 'would-start', actors: [{ outcome: 'would-start' }] });
    expect(result([], 'respond')).toMatchObject({ outcome: 'nobody-named', actors: [] });
  });

  it('is who they are', () => {
    expect([alice, session, by({ kind: 'root', name: null }), by({ kind: 'unknown', name: null })].map(nameOf)).toEqual(
      [
        `user alice in account ${member}`,
        `role deploy as session x in account ${member}`,
        `the root user in account ${member}`,
        `holder ASIAIOSFODNN7EXAMPLE in account ${member}`,
      ],
    );
  });
});

import { describe, expect, it } from 'vitest';
import { threat } from '../../test/fixtures/stored-incident.ts';
import { Question } from './incident.ts';
import { standingLine, standingsOf } from './standing.ts';
import { concerning, runsOf, stateOver, type Threats } from './threat.ts';

const at = (minute: number) => `2026-11-21T10:0${minute}:00.000Z`;
const ended = { at: at(9), mode: 'respond' } as const;
const main = threat({ ended });
const handed = threat({
  playbook: 'h',
  asks: [{ name: 'handover', levers: [], held: 'taken over', open: 'not' }],
  ended,
});
const picked = threat({ of: 'alongside', playbook: 'p', at: at(6), ended });
const began = threat({ playbook: 'b', asks: [], ended });
const again = threat({ at: at(5), ended });
const other = threat({ playbook: 'q', at: at(3), ended });
const chain = threat({ of: 'chain', playbook: 'c', at: at(4), ended });

describe('how an incident stands by all its runs', () => {
  it.each<[string, Threats, Record<string, string>, string]>([
    ['one that is contained', { main }, { main: 'contained' }, 'contained'],
    ['one under way', { main }, { main: 'open' }, 'open'],
    ['two that are contained', { main, other }, { main: 'contained', other: 'contained' }, 'contained'],
    ['one contained and another under way', { main, other }, { main: 'contained', other: 'open' }, 'open'],
    ['one contained and another left alone', { main, other }, { main: 'contained', other: 'held' }, 'open'],
    ['one left alone and another contained', { main, other }, { main: 'held', other: 'contained' }, 'open'],
    ['two left alone', { main, other }, { main: 'held', other: 'held' }, 'held'],
    ['declined, and contained when asked again', { main, again }, { main: 'held', again: 'contained' }, 'contained'],
    ['contained, and what else was asked declined', { main, again }, { main: 'contained', again: 'held' }, 'contained'],
    ['contained in part, and declined when asked again', { main, again }, { main: 'open', again: 'held' }, 'open'],
    ['contained, and asked again', { main, again }, { main: 'contained', again: 'open' }, 'open'],
    ['one released and another left alone', { main, other }, { main: 'released', other: 'held' }, 'held'],
    ['all released', { main, other }, { main: 'released', other: 'released' }, 'released'],
    // Somebody wanted it so: the session it began with is stopped.
    ['a session down the chain left alone', { main, chain }, { main: 'contained', chain: 'held' }, 'contained'],
    ['only a session down the chain contained', { main, chain }, { main: 'held', chain: 'contained' }, 'open'],
    [
      'one that only begins others, all contained',
      { began, chain },
      { began: 'held', chain: 'contained' },
      'contained',
    ],
    ['one that only begins others, all left alone', { began, chain }, { began: 'held', chain: 'held' }, 'held'],
    [
      'one that only begins others, one of them released',
      { began, chain },
      { began: 'held', chain: 'released' },
      'released',
    ],
    ['one that only begins others, one of them under way', { began, chain }, { began: 'held', chain: 'open' }, 'open'],
    ['one that only begins others, and is about it', { began, chain }, { began: 'open', chain: 'contained' }, 'open'],
    ['one that only begins others, and began none', { began }, { began: 'held' }, 'held'],
    [
      'one that only begins others, beside one that asks',
      { began, other },
      { began: 'held', other: 'contained' },
      'contained',
    ],
    [
      'handed over, and another playbook about it was picked and contained it',
      { handed, picked },
      { handed: 'held', picked: 'contained' },
      'contained',
    ],
    [
      'handed over, and something else is contained',
      { handed, chain: { ...chain, about: ['x'] } },
      { handed: 'held', chain: 'contained' },
      'open',
    ],
    ['a session of which an earlier version noted only the end', { main }, { main: 'contained', x: 'open' }, 'open'],
  ])('%s', (_, threats, ends, state) => {
    expect(stateOver(threats, ends as Parameters<typeof stateOver>[1])).toBe(state);
  });
});

describe('of the questions of a playbook', () => {
  const question = (name: string, ...takes: string[]): Question =>
    Question.parse({ name, takes, levers: [], ifNobodyAnswers: 'hold', within: 900, needs: 'one', byHand: [] });
  const [copies, buckets, handover] = [
    question('block', 'snapshot', 'image'),
    question('close', 'bucket', 'object'),
    question('handover'),
  ];
  const named = (questions: Question[], kind: string) => concerning(questions, kind).map(({ name }) => name);

  it('one about other kinds concerns nobody where another is about this kind', () => {
    expect(named([copies, buckets, handover], 'bucket')).toEqual(['close', 'handover']);
    expect(named([copies, buckets, handover], 'image')).toEqual(['block', 'handover']);
  });

  it('all are left where none is about this kind, and where they are about some of the same', () => {
    expect(named([copies, buckets, handover], 'instance')).toEqual(['block', 'close', 'handover']);
    const [deny, revoke] = [question('deny', 'instance', 'role-session'), question('revoke', 'role-session')];
    expect(named([deny, revoke], 'instance')).toEqual(['deny', 'revoke']);
  });
});

describe('what is contained, by threat', () => {
  const session = { name: 'deny', levers: ['deny-session'], held: 'session denied', open: 'session still valid' };
  const network = {
    name: 'quarantine',
    levers: ['quarantine-interfaces'],
    held: 'network isolated',
    open: 'network still open',
  };
  const threats = {
    one: threat({ asks: [session], ended }),
    two: threat({ playbook: 'q', at: at(3), asks: [network] }),
  };
  const verified = (run: string, step: string, outcome = 'verified') => ({ run, step, outcome });
  const answer = (run: string, question: string, state: 'APPROVED' | 'DECLINED' | 'EXPIRED' | 'PENDING') => ({
    run,
    question,
    state,
    by: ['Rosa'],
    at: at(8),
  });
  const line = (more: object, ends: object = { one: 'contained', two: 'open' }) =>
    standingLine(
      standingsOf({
        runs: runsOf(threats, ends as Parameters<typeof runsOf>[1]),
        answers: [answer('one', 'deny', 'APPROVED')],
        readBack: [verified('one', 'deny-session')],
        released: [],
        ...more,
      }),
    );

  it.each([
    [
      'asked',
      { answers: [answer('two', 'quarantine', 'PENDING')] },
      {},
      'session denied; network still open; question pending',
    ],
    ['not asked yet', {}, {}, 'session denied; network still open; response under way'],
    [
      'declined',
      { answers: [answer('two', 'quarantine', 'DECLINED')] },
      { two: 'held' },
      'session denied; network still open, declined by Rosa',
    ],
    [
      'unanswered',
      { answers: [answer('two', 'quarantine', 'EXPIRED')] },
      { two: 'held' },
      'session denied; network still open, nobody answered',
    ],
    [
      'a yes that was not read back',
      { readBack: [] },
      { two: 'held' },
      'session still valid, not verified; network still open, not asked',
    ],
    [
      'both',
      { readBack: [verified('one', 'deny-session'), verified('two', 'quarantine-interfaces')] },
      { two: 'contained' },
      'session denied; network isolated',
    ],
    [
      'released since',
      { released: ['deny-session'] },
      { one: 'released' },
      'session denied, and released; network still open; response under way',
    ],
  ])('%s', (_, more, ends, words) => {
    const answers = [answer('one', 'deny', 'APPROVED'), ...('answers' in more ? more.answers : [])];
    const late = Object.keys(ends).includes('two') ? { ...threats, two: { ...threats.two, ended } } : threats;
    const record = { runs: runsOf(late, { one: 'contained', two: 'open', ...ends } as Parameters<typeof runsOf>[1]) };
    expect(line({ ...record, ...more, answers })).toBe(words);
  });
});

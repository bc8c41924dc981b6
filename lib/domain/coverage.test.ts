import { describe, expect, it } from 'vitest';
import { type Coming, coverage, type Earlier, type EarlierAnswer } from './coverage.ts';
import { Question } from './incident.ts';
import { asAsked, type ThreatRun } from './threat.ts';

const instance = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-1';
const lever = (name: string) => ({ name, title: '', effect: '', undo: '' });
const question = (name: string, ...levers: string[]): Question =>
  Question.parse({ name, levers: levers.map(lever), ifNobodyAnswers: 'hold', within: 900 });
const quarantine = question('quarantine', 'quarantine-interfaces', 'deny-session');

const first: ThreatRun = {
  run: 'one',
  playbook: 'ec2-instance-compromise',
  of: 'finding',
  id: 'i-1',
  about: [instance],
  severity: 'high',
  types: { 'Backdoor:EC2/C2': '2026-11-29T10:00:00.000Z' },
  asks: [asAsked(quarantine)],
  at: '2026-11-29T10:00:00.000Z',
  ended: { at: '2026-11-29T10:20:00.000Z', mode: 'respond' },
  end: 'held',
};
const declined: EarlierAnswer = {
  run: 'one',
  question: 'quarantine',
  state: 'DECLINED',
  by: ['Rosa'],
  at: '2026-11-29T10:10:00.000Z',
};
const coming: Coming = {
  type: 'Backdoor:EC2/C2',
  severity: 'high',
  about: instance,
  playbook: 'ec2-instance-compromise',
  questions: [quarantine],
  mode: 'respond',
  now: '2026-11-29T11:00:00.000Z',
};
const other = { ...coming, type: 'Execution:Runtime/ReverseShell' };
const worse = { ...coming, severity: 'critical' } as const;
const nextDay = { ...coming, now: '2026-11-30T10:10:00.000Z' };

const after = (answer: Partial<EarlierAnswer> | null, run: Partial<ThreatRun> = {}, released: string[] = []) =>
  ({ runs: [{ ...first, ...run }], answers: answer ? [{ ...declined, ...answer }] : [], released }) satisfies Earlier;
const approved = { state: 'APPROVED' } as const;
const contained = { end: 'contained' } as const;
const said = (one: Coming, earlier: Earlier): string => {
  const { kind, because } = coverage(one, earlier);
  return `${kind}: ${because}`;
};

const handover = question('handover');
const taking = { playbook: 'malware-on-disk', questions: [handover] };
const took = { ...approved, question: 'handover' };
const handed = { playbook: 'malware-on-disk', asks: [asAsked(handover)] };

describe('whether what was answered covers one more finding', () => {
  it.each<[string, Coming, Earlier, string]>([
    [
      'another playbook',
      { ...coming, playbook: 'decoy' },
      after(approved, contained),
      'further: the incident has no answer of decoy about this yet',
    ],
    [
      'another thing',
      { ...coming, about: 'arn:other' },
      after(approved, contained),
      'further: the incident has no answer of ec2-instance-compromise about this yet',
    ],
    ['a question that waits', other, after(null, { ended: null, end: 'open' }), 'covered: its response is under way'],
    [
      'a run that was lost',
      { ...nextDay },
      after(null, { ended: null, end: 'open' }),
      'further: "quarantine": its run never ended',
    ],
    ['a yes that was verified', coming, after(approved, contained), 'covered: approved by Rosa, and verified'],
    ['the same, another type', other, after(approved, contained), 'covered: approved by Rosa, and verified'],
    ['the same, and worse', worse, after(approved, contained), 'covered: approved by Rosa, and verified'],
    ['a standing order', other, after(null, contained), 'covered: allowed by a rule, and verified'],
    [
      'a yes that did not hold',
      coming,
      after(approved, { end: 'open' }),
      'further: "quarantine": approved, and not fully contained',
    ],
    [
      'a yes whose levers were released',
      coming,
      after(approved, contained, ['deny-session']),
      'further: "quarantine": its levers were released',
    ],
    ['a no', coming, after({}), 'covered: declined by Rosa'],
    ['a no, another type', other, after({}), 'further: "quarantine": declined by Rosa, about another type of finding'],
    ['a no, and worse', worse, after({}), 'further: "quarantine": declined by Rosa, about something less severe'],
    ['a no of the day before', nextDay, after({}), 'further: "quarantine": declined by Rosa, which no longer holds'],
    ['a no that says how long', nextDay, after({ until: '2026-12-02T00:00:00.000Z' }), 'covered: declined by Rosa'],
    [
      'a no, of a type that came a moment later',
      coming,
      after({ at: '2026-11-29T09:59:59.000Z' }),
      'further: "quarantine": declined by Rosa, about another type of finding',
    ],
    ['silence', coming, after({ state: 'EXPIRED', by: [] }), 'further: "quarantine": nobody answered'],
    [
      'silence that contains',
      coming,
      after({ state: 'EXPIRED', by: [] }, contained),
      'covered: allowed by a rule, and verified',
    ],
    ['somebody who took over', { ...coming, ...taking }, after(took, handed), 'covered: taken over by Rosa'],
    [
      'the same, another type',
      { ...other, ...taking },
      after(took, handed),
      'further: "handover": taken over by Rosa, about another type of finding',
    ],
    [
      'the same, the day after',
      { ...nextDay, ...taking },
      after(took, handed),
      'further: "handover": taken over by Rosa, which no longer holds',
    ],
    ['nobody had to be asked', coming, after(null), 'covered: nobody had to be asked'],
    [
      'the same, another type',
      other,
      after(null),
      'further: "quarantine": nobody had to be asked, about another type of finding',
    ],
    [
      'what was only observed',
      coming,
      after(null, { ended: { at: first.at, mode: 'observe' } }),
      'further: "quarantine": it was only observed',
    ],
    [
      'other levers',
      { ...coming, questions: [question('quarantine', 'stop')] },
      after(approved, contained),
      'further: "quarantine": it was asked about other levers',
    ],
  ])('%s', (_, one, earlier, expected) => {
    expect(said(one, earlier)).toBe(expected);
  });

  const deny = question('deny', 'deny-session');
  const revoke = question('revoke', 'freeze-trust');
  const lockdown: Question = { ...question('lockdown', 'deny-by-organization'), asked: 'where needed' };
  const remove: Question = { ...question('remove', 'delete'), kind: 'eradicate' };
  const both = { ...other, questions: [deny, revoke, lockdown, remove] };
  const partly: Earlier = {
    runs: [{ ...first, asks: [asAsked(deny), asAsked(revoke)], end: 'contained' }],
    answers: [
      { ...declined, question: 'deny', state: 'APPROVED' },
      { ...declined, question: 'revoke' },
    ],
    released: [],
  };

  it('asks again at once what was declined about another type, though the run still asks the rest', () => {
    const asking: ThreatRun = { ...first, asks: [asAsked(deny), asAsked(revoke)], ended: null, end: 'open' };
    const no: Earlier = { runs: [asking], answers: [{ ...declined, question: 'deny' }], released: [] };
    expect(coverage(both, no)).toEqual({
      kind: 'further',
      because: '"deny": declined by Rosa, about another type of finding',
      answered: { revoke: 'its response is under way' },
    });
    expect(coverage({ ...both, type: coming.type }, no).kind).toBe('covered');
    const silent: Earlier = { ...no, answers: [{ ...declined, question: 'deny', state: 'EXPIRED', by: [] }] };
    expect(coverage(both, silent)).toMatchObject({ kind: 'further', because: '"deny": nobody answered' });
    expect(coverage(both, { ...no, answers: [] }).kind).toBe('covered');
  });

  it('asks only what is not answered, and says what is', () => {
    expect(coverage(both, partly)).toEqual({
      kind: 'further',
      because: '"revoke": declined by Rosa, about another type of finding',
      answered: { deny: 'approved by Rosa, and verified' },
    });
    expect(coverage({ ...both, type: coming.type }, partly).kind).toBe('covered');
  });

  it('remembers a yes that a later run did not ask for again', () => {
    const again: ThreatRun = {
      ...first,
      run: 'two',
      asks: [asAsked(revoke)],
      end: 'held',
      types: { [other.type]: first.at },
    };
    const earlier = {
      ...partly,
      runs: [...partly.runs, again],
      answers: [...partly.answers, { ...declined, run: 'two', question: 'revoke' }],
    };
    expect(coverage(both, earlier)).toMatchObject({ kind: 'covered', run: 'two' });
  });

  it('of a log that is off once more a run switches it on again, and asks nobody twice', () => {
    const off = { ...coming, ...taking, anew: 'what was done by itself is undone' };
    const underWay = after(null, { ...handed, ended: null, end: 'open' });
    expect(coverage(off, underWay)).toEqual({
      kind: 'further',
      because: 'what was done by itself is undone',
      answered: { handover: 'its response is under way' },
    });
    expect(coverage({ ...off, anew: null }, underWay).kind).toBe('covered');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingFacts } from '../clock/incident-fact.ts';
import { clocksAt } from '../clock/live-clock.ts';
import type { Finding } from '../finding/finding.ts';
import { guardDutyTypes } from '../finding/guardduty-types.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Known } from './known.ts';
import { draftReport, dueWords, fieldsIn, missingIn, Report } from './report.ts';
import { techniquesOf, typesWithTechnique } from './technique.ts';

const openedAt = '2026-11-21T10:00:00.000Z';
const finding: Finding = {
  source: 'guardduty',
  id: 'f1',
  arn: 'arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/f1',
  type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  title: 'Bitcoin',
  severity: 'high',
  score: 8,
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  sample: false,
  archived: false,
  role: 'ACTOR',
  count: 1,
  firstSeen: '2026-11-21T09:30:00Z',
  lastSeen: '2026-11-21T09:58:00Z',
  product: 'GuardDuty',
  key: 'guardduty:f1',
  nature: 'attack',
  suppressed: false,
  drill: false,
  requested: false,
  hub: null,
  marked: null,
  targets: [],
  call: null,
  signals: [],
  missing: [],
  remotes: ['198.51.100.7'],
};
const entry = (sequence: number, rest: Partial<LedgerEntry>): LedgerEntry => ({
  sequence,
  previous: '',
  at: openedAt,
  kind: 'step',
  actor: 'step x',
  what: 'x',
  detail: null,
  ...rest,
});
const known: Known = {
  incident: 'inc-1',
  now: '2026-11-21T10:05:00.000Z',
  openedAt,
  resource: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-1',
  account: '111122223333',
  region: 'eu-central-1',
  entity: { name: '', contact: '', contracts: [], clearance: '' },
  facts: openingFacts(openedAt),
  obligations: clocksAt({ facts: openingFacts(openedAt), obligations: [] }, ['cisa-voluntary'], openedAt),
  stated: [],
  hashOf: (value) => JSON.stringify(value),
  findings: [{ finding, receivedAt: openedAt }],
  entries: [
    entry(1, { kind: 'opened', what: 'opened', detail: { raw: { uri: 's3://v/f.json', sha256: 'ab' } } }),
    entry(2, { what: 'quarantine-interfaces: apply', detail: { result: { outcome: 'applied' } } }),
    entry(3, { kind: 'failure', what: 'snapshot-volumes', detail: { because: 'denied' } }),
    entry(4, { kind: 'decision', actor: 'Ada', what: 'approved "quarantine" via slack' }),
  ],
};
const fieldOf = (report: Report, name: string) =>
  report.items.flatMap(({ fields }) => fields).find((field) => field.name === name);

describe('draftReport', () => {
  const report = Report.parse(draftReport(known));

  it('has the eight items', () => {
    expect(report.items).toHaveLength(8);
  });

  it('never states what only a person can know', () => {
    expect(missingIn(report)).toEqual([
      'Company',
      'Point of contact',
      'Contracts that may be affected',
      'Facility clearance',
      'Impact on covered defence information',
      'Information accessed',
      'Ability to operate',
      'Who it was',
      'Anything else',
    ]);
  });

  it('asks for what the regimes of the incident ask for', () => {
    const owed = (regime: 'dfars' | 'nis2') => clocksAt(known, [regime], openedAt);
    const asked = (regime: 'dfars' | 'nis2') =>
      missingIn(draftReport({ ...known, obligations: owed(regime) })).filter(
        (title) => !missingIn(report).includes(title),
      );
    expect(asked('dfars')).toHaveLength(9);
    expect(asked('nis2')).toEqual(['Root cause', 'Impact across borders']);
  });

  it('confirms nothing but what the configuration says, and facts that people recorded', () => {
    expect(fieldsIn(report, 'confirmed')).toEqual([]);
    const entity = { name: 'ACME', contact: 'Ada', contracts: ['N1'], clearance: 'Secret', uei: 'ABCDEFGHIJK1' };
    const configured = draftReport({ ...known, entity });
    expect(fieldsIn(configured, 'confirmed')).toHaveLength(5);
    expect(fieldOf(configured, 'entity.name')).toMatchObject({ value: 'ACME', by: 'configuration' });
    const time = '2026-11-21T08:00:00.000Z';
    const rosa = { by: 'Rosa', reason: 'the night shift saw it', at: openedAt, via: 'slack', n: 9 } as const;
    const corrected = draftReport({ ...known, facts: [...known.facts, { ...rosa, name: 'discovered', time }] });
    expect(fieldOf(report, 'times.discovered')).toMatchObject({ value: openedAt, status: 'machine-draft' });
    expect(fieldOf(corrected, 'times.discovered')).toMatchObject({ value: time, status: 'confirmed', by: 'Rosa' });
  });

  it('says what the identity changed and made, once, with what could not be read', () => {
    const result = {
      outcome: 'listed',
      facts: ['3 changes by mallory'],
      lines: ['access key K'],
      unknown: ['Region x'],
    };
    const listed = entry(9, { what: 'list-principal-changes', detail: { result } });
    const { value, sources } =
      fieldOf(draftReport({ ...known, entries: [...known.entries, listed, listed] }), 'changes') ?? {};
    expect(value).toEqual(['3 changes by mallory', 'It created: access key K', 'Unknown: Region x']);
    expect(sources).toEqual(['ledger of inc-1, entries 1 to 6']);
  });

  it('does not change by being reminded of, confirmed or sealed', () => {
    const later = (['report', 'obligation', 'sealed', 'check', 'fact'] as const).map((kind, index) =>
      entry(5 + index, { kind }),
    );
    const again = draftReport({ ...known, entries: [...known.entries, ...later] });
    for (const name of ['timeline', 'narrative', 'actions', 'measures'])
      expect(fieldOf(again, name)?.value).toEqual(fieldOf(report, name)?.value);
    expect(fieldOf(again, 'timeline')?.value).toHaveLength(4);
  });

  it('draws on the ledger: what was done, what failed, who decided, what is kept', () => {
    const actions = JSON.stringify(fieldOf(report, 'actions')?.value);
    for (const words of ['quarantine-interfaces: apply → applied', 'snapshot-volumes → failed: denied', '(Ada)'])
      expect(actions).toContain(words);
    expect(fieldOf(report, 'custody')?.value).toEqual(['finding: s3://v/f.json (sha256 ab)']);
    expect(fieldOf(report, 'measures')?.value).toEqual([
      expect.stringContaining('quarantine-interfaces: apply → applied'),
    ]);
    expect(fieldOf(report, 'technique')?.value).toEqual(['T1496 Resource Hijacking']);
    expect(fieldOf(report, 'times.occurredFrom')?.value).toBe(finding.firstSeen);
  });

  it('makes a report of whatever is on record', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (details) => {
        const entries = details.map((detail, index) => entry(index + 1, { detail }));
        expect(draftReport({ ...known, entries }).items).toHaveLength(8);
      }),
    );
    expect(draftReport({ ...known, findings: [], entries: [] }).items).toHaveLength(8);
  });
});

describe('techniquesOf', () => {
  it('knows only types that exist, and leaves open what is not sure', () => {
    for (const start of typesWithTechnique) expect(guardDutyTypes.some((type) => type.startsWith(start))).toBe(true);
    expect(techniquesOf('Backdoor:EC2/C&CActivity.B')).toEqual([]);
  });
});

describe('dueWords', () => {
  it('counts down, and says so when it is over', () => {
    const dueAt = '2026-11-24T10:00:00.000Z';
    expect(dueWords(dueAt, '2026-11-21T10:48:00.000Z')).toBe('due in 71 h 12 min');
    expect(dueWords(dueAt, '2026-11-24T09:59:30.000Z')).toBe('due in less than a minute');
    expect(dueWords(dueAt, '2026-11-24T10:00:20.000Z')).toBe('due now');
    expect(dueWords(dueAt, '2026-11-24T12:05:00.000Z')).toBe(`overdue since ${dueAt}, by 2 h 5 min`);
  });
});

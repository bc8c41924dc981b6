import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asked, call, read } from '../../../test/timeline/a-record.ts';
import { calls } from '../../../test/timeline/calls.ts';
import { lines } from '../../../test/timeline/lines.ts';
import { moreCalls } from '../../../test/timeline/more-calls.ts';
import { type Blinding, blinding } from '../../domain/finding/blinding.ts';
import type { Matching } from '../../domain/finding/matching.ts';
import type { TimelineEvent } from '../event.ts';
import { currentId, tactics, techniques } from './attack.ts';
import { rules } from './every-rule.ts';
import { explainLabel } from './explain.ts';
import { judging } from './judge.ts';

type Record_ = Readonly<Record<string, unknown>>;

const events = (records: readonly object[]): TimelineEvent[] => records.map((one) => read(one as Record_));
const cases = new Map(
  [...Object.entries(calls), ...Object.entries(moreCalls)].map(
    ([id, { yes, no }]) => [id, { yes: events(yes), no: events(no) }] as const,
  ),
);
for (const [id, one] of Object.entries(lines)) cases.set(id, { yes: [...one.yes], no: [...one.no] });

/** The rules that each of these events has, seen one after the other. */
const rulesOfEach = (seen: readonly TimelineEvent[]): string[][] =>
  seen.map(judging()).map(({ labels }) => labels.map(({ rule }) => rule));

/** The rules that the last of them has. */
const rulesOf = (seen: readonly TimelineEvent[]): string[] => rulesOfEach(seen).at(-1) ?? [];

const tabled = rules.filter(({ id }) => !id.startsWith('blinds:'));

describe('a rule', () => {
  test('has a record that fits and one that does not', () => {
    expect(tabled.map(({ id }) => id).filter((id) => !cases.has(id))).toEqual([]);
    expect([...cases.keys()].filter((id) => !tabled.some((rule) => rule.id === id))).toEqual([]);
  });

  test.each([...cases])('%s', (id, { yes, no }) => {
    expect(rulesOf(yes)).toContain(id);
    for (const found of rulesOfEach(no)) expect(found).not.toContain(id);
  });

  test('has an id of its own, a technique of the version, what happened and a source', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { technique, says, source } of rules) {
      expect(techniques.has(technique), technique).toBe(true);
      expect(says).toMatch(/^[A-Z].{9,}[^.]$/);
      expect(source).toMatch(/^https:\/\/\S+( \([\w.]+\))?$/);
    }
  });

  test('is counted in a window: what is spread over hours is nothing', () => {
    const hourly = Array.from({ length: 12 }, (_, hour) =>
      call('s3:DeleteObject', { bucketName: 'shop', key: 'a' }, { eventTime: `2026-11-20T${10 + hour}:00:00Z` }),
    );
    expect(rulesOf(events([...hourly, ...hourly].slice(0, 20)))).toEqual([]);
  });

  test('is counted for each by itself', () => {
    const of = (userName: string) =>
      call('ec2:DescribeInstances', null, {
        userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${userName}` },
      });
    expect(rulesOf(events(Array.from({ length: 18 }, (_, index) => of(index % 2 === 0 ? 'rosa' : 'leo'))))).toEqual([]);
  });
});

describe('whatever a record holds', () => {
  const actions = rules.flatMap(({ on }) => on).filter((name) => name.includes(':'));
  const anything = fc.jsonValue({ maxDepth: 4 });
  // Values where rules look for others.
  const field = fc.oneof(
    anything,
    fc.constantFrom(
      '%',
      '{',
      '%7B',
      '[]',
      null,
      [],
      {},
      [null],
      '{"Statement":[null,3,{"Effect":"Allow","Principal":[{}]}]}',
    ),
  );
  const names = [
    'policyDocument',
    'assumeRolePolicyDocument',
    'bucketPolicy',
    'policy',
    'attributes',
    'launchPermission',
    'layers',
    'principal',
    'key',
  ];
  const request = fc.oneof(anything, fc.dictionary(fc.constantFrom(...names), field));

  test('no rule of calls fails on it', () => {
    const judge = judging();
    fc.assert(
      fc.property(fc.constantFrom(...actions), request, anything, anything, (action, parameters, identity, other) => {
        judge(
          read(
            call(action, parameters, { userIdentity: identity, additionalEventData: other, recipientAccountId: other }),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('no rule of clusters fails on it', () => {
    const judge = judging();
    fc.assert(
      fc.property(
        fc.constantFrom('create', 'get', 'list'),
        anything,
        anything,
        anything,
        (verb, user, object, reference) => {
          judge(read(asked(verb, 'pods', { user, requestObject: object, objectRef: reference })));
        },
      ),
    );
  });
});

/** A request that fits a pattern: of each field the first that may be there. */
function fitting(pattern: Matching): Record_ {
  const filled = Object.entries(pattern).map(([field, wanted]) => {
    if (!Array.isArray(wanted)) return [field, fitting(wanted as Matching)];
    const [first] = wanted as unknown[];
    if (typeof first !== 'object' || first === null) return [field, first];
    const [operator, operand] = Object.entries(first)[0] ?? [];
    if (operator === 'exists') return operand ? [field, 'x'] : null;
    return [field, operator === 'anything-but' ? 'else' : String(operand).replaceAll('*', 'x')];
  });
  return Object.fromEntries(filled.filter((one) => one !== null));
}

describe('a call that blinds', () => {
  test.each([...blinding] as [string, Blinding][])('%s', (type, { only }) => {
    const [name = ''] = type.split('/');
    const found = rulesOf(events([call(name, only ? fitting(only.when[0] ?? {}) : {})]));
    expect(found).toContain(`blinds:${type}`);
    expect(rulesOf(events([call(name.replace(/:/, ':Get'), {})]))).toEqual([]);
  });

  test('is nothing where it does something else', () => {
    expect(rulesOf(events([call('guardduty:CreateFilter', { action: 'NOOP' })]))).toEqual([]);
    expect(rulesOf(events([call('cloudtrail:UpdateTrail', { isMultiRegionTrail: true })]))).toEqual([]);
  });
});

describe('ATT&CK', () => {
  test('has no technique that no rule uses, and no tactic that it does not know', () => {
    const used = new Set<string>(rules.map(({ technique }) => technique));
    expect([...techniques.keys()].filter((id) => !used.has(id))).toEqual([]);
    for (const { tactics: named } of techniques.values()) for (const one of named) expect(tactics[one]).toBeTruthy();
  });

  test('knows ids of earlier versions', () => {
    expect(currentId('T1562.008')).toBe('T1685.002');
    expect(currentId('T1562.007')).toBe('T1686.001');
    expect(currentId('T1098')).toBe('T1098');
  });

  test('is said with its version, its tactic and its former id', () => {
    const [label] = judging()(read(call('cloudtrail:StopLogging', { name: 'main' }))).labels;
    expect(label).toEqual({
      technique: 'T1685.002',
      tactics: ['TA0112'],
      attackVersion: '19',
      rule: 'blinds:cloudtrail:StopLogging',
    });
    const why = label && explainLabel(label);
    expect(why).toMatch(
      /^blinds:cloudtrail:StopLogging: Less is seen.*; ATT&CK v19 T1685\.002 Disable or Modify Cloud Log \(Defense Impairment\), formerly T1562\.008; source: https:/,
    );
  });
});

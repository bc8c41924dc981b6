import { describe, expect, it } from 'vitest';
import { openingFacts } from '../domain/clock/incident-fact.ts';
import { type Statements, unknownStatement } from './statements.ts';

const at = '2026-11-22T03:00:00.000Z';
const decision = { verdict: 'APPROVED', by: 'Rosa', via: 'slack', at, reason: 'the token xoxb-1 was used' };
const fact = { name: 'aware', time: at, by: 'Leo', at, via: 'slack', reason: 'seen', n: 4 };
const filed = { by: 'Leo', at, recordedAt: at, reference: 'INV-1', sha256: 'ab', file: 'report.pdf' };
const withdrawn = { by: 'Rosa', at, reason: 'no personal data' };
const told: Statements = {
  openedAt: '2026-11-22T02:59:00.000Z',
  approvals: [{ id: 'a1', decisions: [decision] }],
  facts: [{ ...fact, name: 'discovered' }, fact],
  obligations: [{ filed }, { withdrawn }, {}],
};
const ledger = [
  { detail: { facts: [{ ...fact, name: 'discovered' }] } },
  { detail: { approval: 'a1', decision: { ...decision, reason: 'the token [redacted] was used' }, state: 'APPROVED' } },
  { detail: { fact, moved: [] } },
  { detail: { fact, filed, moved: [] } },
  { detail: { withdrawn } },
  { detail: 'of another shape' },
];

describe('the words of people', () => {
  it('are all on the ledger, whatever it redacts in their reasons', () => {
    expect(unknownStatement(told, ledger)).toBeNull();
  });

  it('may be the facts an incident opens with, which follow from when that was', () => {
    const facts = [...openingFacts(told.openedAt), fact];
    expect(unknownStatement({ ...told, facts }, ledger)).toBeNull();
    expect(unknownStatement({ ...told, facts: openingFacts(at) }, ledger)).toBe(`a fact by tourniquet of ${at}`);
  });

  it.each<[string, Statements, string]>([
    [
      'a decision that nobody took',
      { ...told, approvals: [{ id: 'a1', decisions: [decision, { ...decision, by: 'Leo' }] }] },
      `a decision by Leo of ${at}`,
    ],
    [
      'another verdict',
      { ...told, approvals: [{ id: 'a1', decisions: [{ ...decision, verdict: 'DECLINED' }] }] },
      `a decision by Rosa of ${at}`,
    ],
    [
      'a decision about something else',
      { ...told, approvals: [{ id: 'a2', decisions: [decision] }] },
      `a decision by Rosa of ${at}`,
    ],
    [
      'a fact at another time',
      { ...told, facts: [{ ...fact, time: '2026-11-22T02:00:00.000Z' }] },
      `a fact by Leo of ${at}`,
    ],
    [
      'another file that was filed',
      { ...told, obligations: [{ filed: { ...filed, sha256: null } }] },
      `a filing by Leo of ${at}`,
    ],
    [
      'a withdrawal by somebody else',
      { ...told, obligations: [{ withdrawn: { ...withdrawn, by: 'Leo' } }] },
      `a withdrawal by Leo of ${at}`,
    ],
  ])('name %s', (_, other, what) => {
    expect(unknownStatement(other, ledger)).toBe(what);
  });
});

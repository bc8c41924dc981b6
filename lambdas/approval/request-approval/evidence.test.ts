import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { evidenceTrouble } from './evidence.ts';

const act = { step: 'snapshot-volumes', operation: 'run', phase: 'preserve', of: 'arn:i-1' } as const;
const entry = (sequence: number, kind: LedgerEntry['kind'], detail: object, more: object = { act }): LedgerEntry => ({
  sequence,
  previous: '0'.repeat(64),
  at: '2026-11-30T10:00:00.000Z',
  kind,
  actor: 'somebody',
  what: 'something',
  ...more,
  detail,
});
const evidence = [{ kind: 'volume-snapshot', uri: 'arn:aws:ec2:eu-central-1::snapshot/snap-1', sha256: null }];
const failed = [{ what: 'copy snap-2 of vol-2', error: 'Given key ID is not accessible' }];
const partly = entry(3, 'step', { means: 'attention', result: { outcome: 'partly-taken', failed, evidence } });
const look = (found: string, because?: string) =>
  entry(4, 'check', { verified: [{ id: 'ev-3-1', found, because, version: null, lockedUntil: null }] }, {});

test('what could not be taken is said with its reason, until a later attempt takes it', () => {
  const denied = entry(2, 'failure', { because: 'not authorized' });
  expect(evidenceTrouble([denied])).toEqual(['snapshot-volumes: not authorized']);
  expect(evidenceTrouble([denied, partly])).toEqual([
    'snapshot-volumes: copy snap-2 of vol-2 failed (Given key ID is not accessible)',
  ]);
  expect(evidenceTrouble([partly, entry(5, 'step', { means: 'good', result: { outcome: 'taken' } })])).toEqual([]);
});

test('so is what was taken and is not any more as it was, by the last look', () => {
  const taken = entry(3, 'step', { means: 'good', result: { outcome: 'taken', evidence } });
  expect(evidenceTrouble([taken, look('changed', 'EC2 could not make the copy: key disabled')])).toEqual([
    'volume-snapshot ev-3-1 is changed: EC2 could not make the copy: key disabled',
  ]);
  expect(evidenceTrouble([taken, look('missing'), look('as recorded')])).toEqual([]);
});

test('of levers and of what is only measured nothing is said here', () => {
  const other = { act: { ...act, step: 'deny-session', operation: 'apply', phase: 'contain' } };
  expect(evidenceTrouble([entry(1, 'failure', { because: 'no' }, other), entry(2, 'opened', {}, {})])).toEqual([]);
});

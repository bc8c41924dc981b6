import { describe, expect, it } from 'vitest';
import { genesis } from '../domain/ledger.ts';
import { type CustodyRecord, custodyRecords } from './custody.ts';
import { hashOf } from './hash.ts';

const at = (minute: number): string => `2026-11-22T03:0${minute}:00.000Z`;
const tool = { name: 'tourniquet-record-instance', version: '1.4.0', sha256: 'c0de' };
const custody = {
  source: 'arn:aws:ec2:eu-central-1:444455556666:instance/i-1',
  account: '444455556666',
  region: 'eu-central-1',
  acquiredAt: at(1),
  acquiredBy: tool.name,
  tool,
  version: 'v1',
  size: 9,
  key: 'arn:key',
  lockedUntil: '2027-03-06T03:00:00.000Z',
  lockMode: 'governance',
};
const [console, data] = ['console-output', 'user-data'].map((kind) => ({
  ...custody,
  kind,
  uri: `s3://vault/${kind}.txt`,
  sha256: kind,
}));
const raw = { ...custody, kind: 'finding', uri: 's3://vault/finding.json', sha256: 'raw', version: null };
const seen = (id: string, found = 'as recorded') => ({ id, found, version: 'v7', lockedUntil: custody.lockedUntil });
const transfer = { to: 'K. Meier, police', reason: 'warrant', at: at(5), artefacts: ['ev-2-1'] };

const ledger = (
  [
    ['open-incident', { run: 'run-1', raw }],
    ['step record-instance', { run: 'run-1', result: { outcome: 'recorded', evidence: [console, data] } }],
    ['seal-record', { run: 'run-1', verified: [seen('ev-1-1'), seen('ev-2-1'), seen('ev-2-2', 'missing')] }],
    ['Rosa', { via: 'command-line', transfer }],
    ['somebody', 'a detail of another shape'],
  ] as const
).map(([actor, detail], index) => ({ sequence: index + 1, at: at(index), actor, detail }));

describe('custody records', () => {
  const records = custodyRecords(ledger);
  const [first, second, third] = records as [CustodyRecord, CustodyRecord, CustodyRecord];

  it('are of every artefact that the ledger names: what it is, who took it with what, and where it lies', () => {
    expect(records.map(({ id, entry, kind }) => [id, entry, kind])).toEqual([
      ['ev-1-1', 1, 'finding'],
      ['ev-2-1', 2, 'console-output'],
      ['ev-2-2', 2, 'user-data'],
    ]);
    expect(second).toMatchObject({ ...console, run: 'run-1' });
  });

  it('each name the hash of the one before', () => {
    expect(records.map(({ previous }) => previous)).toEqual([genesis, hashOf(first), hashOf(second)]);
  });

  it('tell what looking at it has shown, and the version of what was on its way when it was recorded', () => {
    expect(first.version).toBe('v7');
    expect(third.verifications).toEqual([
      { entry: 3, at: at(2), by: 'seal-record', found: 'missing', version: 'v7', lockedUntil: custody.lockedUntil },
    ]);
    expect(third.version).toBe('v1');
  });

  it('tell who was given a copy, when, why, and who recorded that when', () => {
    const { artefacts: _, ...told } = transfer;
    expect(second.transfers).toEqual([{ entry: 4, by: 'Rosa', recordedAt: at(3), ...told }]);
    expect(first.transfers).toEqual([]);
  });

  it('are none where the ledger names none', () => {
    expect(custodyRecords(ledger.slice(3))).toEqual([]);
  });
});

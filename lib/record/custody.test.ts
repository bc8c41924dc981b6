import { describe, expect, it } from 'vitest';
import { genesis } from '../domain/ledger.ts';
import { type CustodyRecord, custodyRecords } from './custody.ts';
import { checkDisks } from './export/agreement.ts';
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

describe('what the blocks of a snapshot have shown', () => {
  const uri = 'arn:aws:ec2:eu-central-1::snapshot/snap-1';
  const copy = { ...custody, kind: 'volume-snapshot', uri, sha256: null, version: null };
  const proof = { uri, blocks: 2048, written: 5, hashed: 5, root: 'ab'.repeat(32) };
  const taken = { sequence: 1, at: at(0), actor: 'us', detail: { run: 'r', result: { evidence: [copy] } } };
  const proved = {
    sequence: 2,
    at: at(1),
    actor: 'step prove-disk',
    detail: { run: 'r', result: { proofs: [proof] } },
  };

  it('is in its record, with the entry that says so', () => {
    const { uri: _, ...rest } = proof;
    const told = { entry: 2, at: at(1), by: 'step prove-disk', ...rest };
    expect(custodyRecords([taken, proved])[0]?.proof).toEqual(told);
  });

  it('leaves records as they were exported before, where there is none', () => {
    expect(custodyRecords([taken])[0]).not.toHaveProperty('proof');
  });

  it('is what a disk is held against: another root, another size and a snapshot without a root are faults', () => {
    const records = custodyRecords([taken, proved]);
    const held = (root: string, blocks: number, snapshot = 'snap-1') =>
      checkDisks(records, new Map([[snapshot, { root, blocks }]]));
    expect(() => held(proof.root, 2048)).not.toThrow();
    expect(() => held('cd'.repeat(32), 2048)).toThrow(/is not snap-1: its Merkle root is (cd)+, not (ab)+/);
    expect(() => held(proof.root, 2047)).toThrow('The disk has 2047 blocks of 512 KiB, and snap-1 has 2048.');
    expect(() => held(proof.root, 2048, 'snap-2')).toThrow('The record has no Merkle root of snap-2');
    expect(() => checkDisks(custodyRecords([taken]), new Map([['snap-1', proof]]))).toThrow('no Merkle root of snap-1');
  });
});

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { genesis } from '../../lib/domain/ledger.ts';
import type { Item } from '../../lib/items/item.ts';
import { pack, unpack } from '../../lib/record/export/tar.ts';
import { verifyExport } from '../../lib/record/export/verify.ts';
import { exportOf, incident, newPair } from '../console/export/record.ts';

export interface Verified {
  readonly entries: number;
  readonly megabytes: number;
  readonly ms: number;
  readonly perSecond: number;
}

const call = { call: 'EC2.DescribeInstances', ms: 41.5, requestId: '0f0e0d0c-0b0a-0908-0706-050403020100' };

/** A record as long as no incident has ever had, each entry as large as a step's usual one. */
function recordOf(entries: number): Item[] {
  const pk = `INC#${incident}`;
  const begun = Date.parse('2026-11-22T03:00:00.000Z');
  let previous = genesis;
  const lines = Array.from({ length: entries }, (_, index) => {
    const at = new Date(begun + index * 1000).toISOString();
    const detail = { run: 'run-1', mode: 'respond', result: { outcome: 'applied' }, calls: [call, call, call] };
    const entry = { sequence: index + 1, previous, at, kind: 'step', actor: 'step x', what: `step ${index}`, detail };
    previous = createHash('sha256')
      .update(canonicalize(entry) ?? '')
      .digest('hex');
    return { pk, sk: `LEDGER#${String(index + 1).padStart(6, '0')}`, ...entry, hash: previous };
  });
  const meta = { incident, openedAt: new Date(begun).toISOString(), state: 'released', severity: 'high', type: 'T' };
  const resource = 'arn:aws:ec2:eu-central-1:444455556666:instance/i-0123456789abcdef0';
  return [
    ...lines,
    { pk, sk: 'LEDGER-HEAD', sequence: entries, hash: previous },
    { pk, sk: 'META', ...meta, resource, playbook: 'p', run: 'run-1' },
  ];
}

/** Verifies a sealed export of so many ledger entries from its archive, as `tourniquet verify` does; throws if it is not whole. */
export function verified(entries = 100_000): Verified {
  const pair = newPair();
  const archive = pack(incident, exportOf(recordOf(entries), pair), '2026-11-22T03:00:00.000Z');
  const started = performance.now();
  const { ok, firstFault } = verifyExport(() => unpack(archive), { pinned: pair.fingerprint, copies: null });
  const ms = Math.round(performance.now() - started);
  if (!ok) throw new Error(`The export is not whole: ${firstFault?.what}`);
  return {
    entries,
    megabytes: Math.round(archive.length / 1024 ** 2),
    ms,
    perSecond: Math.round((entries / ms) * 1000),
  };
}

import { timeStampName } from '../../lib/record/export/files.ts';
import type { StampedVerdict } from '../../lib/record/export/time-stamp-verdict.ts';
import type { Verdict } from '../../lib/record/export/verify.ts';
import { harmless, heading, paint, when } from './paint.ts';

/** Where the key comes from that a verification expects: named by whoever asks, or nowhere. */
type Pinned = 'pinned' | 'not pinned';

function keyLine(key: string, pinned: Pinned): string {
  if (pinned === 'pinned') return `Signed by key ${key}, as expected.`;
  return `Signed by key ${key}. Compare it with the fingerprint the organisation published: a forged record signed with another key passes every other check.`;
}

function artefactLine({ artefacts }: Verdict, copies: 'compared' | 'not at hand'): string {
  const { listed = 0, withoutDigest = 0 } = artefacts ?? {};
  const snapshots =
    withoutDigest > 0 ? ` ${withoutDigest} without a hash: snapshots whose blocks were not all read.` : '';
  const others = copies === 'compared' ? 'the copies match the record.' : 'compare copies with --evidence FOLDER.';
  return `Artefacts: ${listed} listed; ${others}${snapshots}`;
}

/** Who says when. Whoever names no authority hears who claims to be one, and how to find out. */
function stampLine({ timeStamp }: StampedVerdict): string {
  if (!timeStamp) return 'No time-stamp: the times come only from the machines that wrote the record.';
  const { at, serial, trusted } = timeStamp;
  const authority = harmless(timeStamp.authority);
  if (trusted) return `Sealed before ${when(at)}: stamped by ${authority}, as expected, serial number ${serial}.`;
  return `Sealed before ${when(at)}, according to a stamp that claims to come from ${authority}. To check that, name the authority's root certificate, obtained from the authority itself, with --authority FILE; README.txt has the same for openssl.`;
}

/** What a verification found, for people. */
export function verdictPage(verdict: StampedVerdict, pinned: Pinned, copies: 'compared' | 'not at hand'): string {
  const { ok, firstFault, incident, entries, key, sealedAt, artefacts } = verdict;
  if (!ok || !key) {
    const { file = '', entry, what = '' } = firstFault ?? {};
    const place = entry === undefined ? file : `${file}, entry ${entry}`;
    // A record may have been sealed without a stamp: all else is looked at before.
    const head = artefacts && file === timeStampName ? 'NOT TIME-STAMPED AS EXPECTED' : 'DOES NOT MATCH ITS SEAL';
    return harmless(`${paint('red', '✗')} ${heading(head)}\n\n${place}\n${what}`);
  }
  return [
    `${paint('green', '✓')} ${heading(`${incident} matches its seal`)}`,
    '',
    `${entries} ledger entries, the last of ${when(sealedAt ?? '')}. No file, no entry, no time was changed, added or removed.`,
    keyLine(key, pinned),
    stampLine(verdict),
    artefactLine(verdict, copies),
  ].join('\n');
}

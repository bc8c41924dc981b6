import type { Custody } from '../../../lib/domain/custody.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Threat } from '../../../lib/domain/threat.ts';
import { hashOf } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { redacted } from '../../runtime/redact.ts';
import { type Artefact, seal } from '../../runtime/vault.ts';
import type { Target } from '../../targets/target.ts';
import type { Claim, Claimed } from './claim.ts';
import { claimOrJoin } from './claim-or-join.ts';
import { claimFurther } from './further.ts';

/** Characters of a finding's key in a file name: an address of 200 would look like a token to the ledger, and be left out of it. */
const longest = 60;
const digestLength = 12;

/** A key as a file name, with a digest where something of it is left out: nothing is in it that the ledger would redact. */
function fileNameOf(key: string): string {
  const plain = redacted(key).replace(/[^\w.-]+/g, '-');
  if (plain.length <= longest && redacted(key) === key) return plain;
  return `${plain.slice(0, longest - digestLength - 1)}-${hashOf(key).slice(0, digestLength)}`;
}

/** The finding as it arrived, as evidence of the incident it comes to belong to. */
export const rawOf = (incident: string, finding: Finding, target: Target, event: unknown): Artefact => ({
  incident,
  kind: 'finding',
  name: `finding-${fileNameOf(finding.key)}.json`,
  source: finding.arn || finding.key,
  account: target.account,
  region: target.region,
  body: Buffer.from(JSON.stringify(event)),
});

/** The finding as it arrived, sealed whole: states carry only what steps need. Its loss must not hold the response back. */
async function sealRaw(work: Work, raw: Artefact): Promise<void> {
  await seal(work, raw).catch((error: unknown) => logger.error('The raw finding could not be sealed', error as Error));
}

/** Of these nothing new is to be kept: a copy of it lies there already, or no incident takes it. */
const unsealed: readonly Claimed['outcome'][] = ['known', 'left'];

/** Where a claim goes that has an incident already, and what begins once it is made. */
interface Into {
  readonly into: { readonly incident: string; readonly of: Threat['of'] } | null;
  readonly next?: (claimed: Claimed) => Promise<unknown>;
}

/**
 * Claims, for the incident that a further target came with where there is one, and seals what came where it belongs: beside the write that takes it
 * in where that is known before, else after it. What need not wait for the seal begins as soon as it is claimed.
 */
export async function claimAndSeal(
  work: Work,
  claim: Claim,
  raw: (incident: string) => Artefact,
  { into, next }: Into,
): Promise<Claimed> {
  let sealing: Promise<void> | null = null;
  const noted = (incident: string): Custody => {
    sealing ??= sealRaw(work, raw(incident));
    return claim.raw(incident);
  };
  const claimed = await (into
    ? claimFurther(work, { ...claim, raw: noted }, into.of, into.incident)
    : claimOrJoin(work, claim));
  const sealed = sealing ?? (unsealed.includes(claimed.outcome) ? null : sealRaw(work, raw(claimed.incident)));
  await Promise.all([sealed, next?.(claimed)]);
  return claimed;
}

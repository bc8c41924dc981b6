import { Broken } from '../../../lib/domain/errors.ts';
import { claimsOf, type Finding } from '../../../lib/domain/finding/finding.ts';
import type { Place } from '../../../lib/domain/resource.ts';
import type { FirstSight } from '../../../lib/domain/target.ts';
import { type Target, targetFrom } from '../../targets/target.ts';

/** Resources and signals that travel from state to state; a run's data may have 256 KiB in all, and the vault has the rest. */
const carriedAtMost = 40;

/** A finding as the states carry it. */
export const carried = (finding: Finding): Finding => ({
  ...finding,
  targets: finding.targets.slice(0, carriedAtMost),
  signals: finding.signals.slice(0, carriedAtMost),
});

/** Where a finding plays; without an account nobody can act, and AWS never leaves it out. */
function placeOf({ partition, account, region, targets: [first] }: Finding): Place {
  const where = first?.account ?? account;
  if (!where) throw new Broken('Tourniquet: the finding names no account. Send it as AWS wrote it.');
  // Identities are of no Region, and their findings may name none; then ours serves.
  return { partition, account: where, region: first?.region ?? region ?? process.env.AWS_REGION ?? 'us-east-1' };
}

/** Where and when a finding was met. */
export const sightOf = (finding: Finding, now: string): FirstSight => ({
  place: placeOf(finding),
  now,
  since: finding.firstSeen,
});

/** What the incident will be about: the first thing the finding names, as far as the finding alone tells. */
export function targetOf(finding: Finding, now: string): Target {
  const sight = sightOf(finding, now);
  const [first] = finding.targets;
  if (first && first.kind !== 'account') return targetFrom(first, sight);
  const { place } = sight;
  const arn = claimsOf(finding)[0] ?? finding.key;
  return {
    ...place,
    kind: 'account',
    id: place.account,
    arn,
    principal: first?.principal ?? null,
    seenAt: now,
    tags: {},
  };
}

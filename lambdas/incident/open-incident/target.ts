import { Broken } from '../../../lib/domain/errors.ts';
import { claimsOf, type Finding } from '../../../lib/domain/finding/finding.ts';
import { type Named, resourceOf } from '../../../lib/domain/named.ts';
import { InstanceId, type Place } from '../../../lib/domain/resource.ts';
import type { Target } from '../../../lib/domain/target.ts';
import { instanceNamed } from './facts.ts';

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
  if (!where) throw new Broken('The finding names no account: send it as AWS wrote it.');
  // Identities are of no Region, and their findings may name none; then ours serves.
  return { partition, account: where, region: first?.region ?? region ?? process.env.AWS_REGION ?? 'us-east-1' };
}

/** Who holds a credential: levers work on the holder of a key rather than on the key. */
function identityOf(finding: Finding, first: Named, place: Place, now: string): Target | null {
  const { kind, id, principal } = first;
  if (!principal || (!principal.name && principal.kind !== 'root')) return null;
  const own = resourceOf(first, place.partition);
  const key = kind === 'access-key' ? id : null;
  const common = { ...place, arn: own, principal, seenAt: now, tags: {}, since: finding.firstSeen, key };
  const { kind: holder, name, session } = principal;
  if (holder === 'root') return { ...common, kind: 'root', id: place.account };
  if (!name) return null;
  if (holder === 'iam-user') return { ...common, kind: 'user', id: name, keys: [], attached: [], boundary: null };
  if (holder === 'identity-center' && session) return { ...common, kind: 'person', id: session, roleName: name };
  if (holder !== 'role-session') return null;
  return { ...common, kind: 'role-session', id: session ? `${name}/${session}` : name, role: null, session };
}

/** The role whose stolen credentials a finding is about, when it names it beside the instance. */
export function stolenRole({ targets: [first, ...rest] }: Finding): string | null {
  const session = rest.find(({ principal }) => principal?.kind === 'role-session' && principal.session === first?.id);
  return session?.principal?.name ?? null;
}

/** What the incident will be about: the first thing the finding names, as far as the finding alone tells. */
export function targetOf(finding: Finding, now: string): Target {
  const place = placeOf(finding);
  const [first] = finding.targets;
  if (first?.kind === 'instance' && InstanceId.safeParse(first.id).success) return instanceNamed(place, first, now);
  const identity = first && identityOf(finding, first, place, now);
  if (identity) return identity;
  const common = { ...place, seenAt: now, tags: {}, principal: first?.principal ?? null };
  if (!first || first.kind === 'account')
    return { ...common, kind: 'account', id: place.account, arn: claimsOf(finding)[0] ?? finding.key };
  // An id that EC2 never gave names nothing our steps could work on.
  const kind = first.kind === 'instance' ? 'resource' : first.kind;
  return { ...common, kind, id: first.id, arn: resourceOf(first, place.partition) };
}

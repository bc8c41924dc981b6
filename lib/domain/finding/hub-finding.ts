import * as z from 'zod';
import { type Named, named } from '../named.ts';
import type { Finding } from './finding.ts';
import { affectedBy, withAffected } from './guardduty-action.ts';
import type { Service } from './guardduty-shape.ts';
import { unfolded } from './hub-details.ts';
import type { HubResource } from './hub-resource.ts';
import { aboutFirst, eachOnce } from './order.ts';
import { natureOf, type PassedOn, passedOn, plainTypes, type Sender, typeAmong } from './passed-on.ts';
import { homeOf, partitionOf } from './place.ts';
import { hubTargets } from './security-hub.ts';
import { sequenceOf } from './sequence.ts';
import { accountAmong, arnParts, flag, part, Unreadable } from './value.ts';

/** A finding of Security Hub, whichever format it came in. */
export interface HubFinding
  extends Omit<Sender, 'account' | 'region'>,
    Pick<Finding, 'source' | 'severity' | 'score' | 'role' | 'count' | 'call' | 'remotes' | 'firstSeen' | 'lastSeen'>,
    Pick<Finding, 'archived' | 'suppressed' | 'requested' | 'hub' | 'marked' | 'sample' | 'drill'> {
  readonly types: readonly string[];
  /** What found it, if it gives no type: the control, or the rule of a product. */
  readonly check: string | null;
  /** A control was checked, or a known vulnerability was found. */
  readonly checked: boolean;
  /** It lists vulnerabilities, or has a part about compliance without a result. */
  readonly scanned: boolean;
  /** The format calls it a detection. */
  readonly detected: boolean;
  readonly title: string | null;
  readonly description: string | null;
  readonly accountGiven: string | null;
  readonly regionGiven: string | null;
  readonly partitionGiven: string | null;
  readonly resources: readonly HubResource[];
  /** The bucket its objects lie in, if it is named apart from the resources. */
  readonly bucket: string | null;
  /** What GuardDuty adds; empty for other products. */
  readonly service: Service;
  /** The block of an attack sequence, in GuardDuty's words. */
  readonly sequence: unknown;
}

const Marks = part(z.object({ sample: flag, drill: flag, value: z.unknown().optional() }));

/** Marks of GuardDuty's, which the API wraps once more as JSON in a text, besides those of Security Hub. */
function marksOf({ service, ...hub }: HubFinding): Pick<Finding, 'sample' | 'drill'> {
  const outer = Marks.parse(unfolded(service.additionalInfo));
  const inner = Marks.parse(unfolded(outer?.value));
  const title = hub.title ?? '';
  return {
    sample: hub.sample || outer?.sample || inner?.sample || /^\s*\[SAMPLE\]/i.test(title),
    drill: hub.drill || outer?.drill || inner?.drill || /^\s*\[DRILL\]/i.test(title),
  };
}

/** Where the finding is at home: where it says, else where its own ARN does. Never the envelope's, which is the administrator's. */
function placeOf({ uid, productArn, accountGiven, regionGiven, resources }: HubFinding) {
  const region = regionGiven ?? (arnParts(uid)?.region || arnParts(productArn)?.region);
  // Others' ARNs serve to put back lost zeros alone.
  const others = accountGiven ? [productArn, ...resources.map(({ id }) => id)] : [];
  return homeOf(accountAmong(accountGiven, [uid, ...others]), region);
}

/** A product that gives no type still has an id for the check that found it; GuardDuty's would be its detector's. */
function typeOf({ types, check }: HubFinding, { finder, product }: PassedOn): string {
  const type = typeAmong(types, finder) ?? (finder === 'guardduty' ? null : check);
  if (!type) throw new Unreadable(`type: the finding of ${product || 'an unknown product'} in Security Hub has none.`);
  return type;
}

/** As the finding's own source orders them: GuardDuty by type, Macie the object and its bucket; others know best themselves. */
function ordered(type: string, { finder }: PassedOn, targets: readonly Named[]): Named[] {
  if (finder === 'guardduty') return aboutFirst(type, null, targets);
  return finder === 'macie' ? aboutFirst('', 's3object', targets) : targets.toSorted(accountsLast);
}

const accountsLast = (one: Named, other: Named): number =>
  Number(one.kind === 'account') - Number(other.kind === 'account');

function aboutOf(hub: HubFinding, type: string, from: PassedOn, home: Pick<Named, 'account' | 'region'>) {
  const listed = hubTargets(hub.resources, home, hub.bucket);
  // Other findings are related to some, too: those contributed to an exposure, or tell of the same resource.
  const isSequence = from.finder === 'guardduty' && type.startsWith('AttackSequence:');
  const sequence = isSequence ? sequenceOf(hub.sequence, home) : null;
  const resources = withAffected(type, ordered(type, from, listed.targets), affectedBy(hub.service, home), home);
  const targets = eachOnce([...(sequence?.targets ?? []), ...resources]);
  const account = home.account ? [named('account', home.account, home)] : [];
  return {
    targets: targets.length > 0 ? targets : account,
    signals: sequence?.signals ?? [],
    remotes: [...new Set([...hub.remotes, ...(sequence?.remotes ?? [])])],
    missing: [...(isSequence && !sequence ? ['sequence'] : []), ...listed.missing, ...(sequence?.missing ?? [])],
  };
}

const absent = (said: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(said).flatMap(([name, value]) => (value ? [] : [name]));

/** The finding as everything else knows it: a copy of another product's is what that product's own reader makes of it. */
export function findingFrom(given: HubFinding): Finding {
  const hub = { ...given, types: plainTypes(given.types) };
  const home = placeOf(hub);
  const from = passedOn({ ...hub, account: home.account, region: home.region });
  const type = typeOf(hub, from);
  const { missing, ...about } = aboutOf(hub, type, from, home);
  const { source, severity, score, role, count, call, firstSeen, lastSeen, marked } = hub;
  const { finder, importedBy } = from;
  const title = hub.title ?? hub.description ?? type;
  const said = { severity, title: hub.title, product: from.product, 'first seen': firstSeen, 'last seen': lastSeen };
  const roleSaid = from.finder !== 'guardduty' || role !== 'unknown';
  return {
    source,
    product: from.product,
    id: from.id,
    arn: from.arn,
    key: from.key,
    type,
    title,
    // Without a type it is called by the check that found it.
    nature: natureOf({
      ...hub,
      types: hub.types.length > 0 ? hub.types : [type],
      finder,
      foreign: importedBy !== null,
    }),
    partition: hub.partitionGiven ?? partitionOf(home.region, [hub.uid, hub.productArn]),
    severity,
    score,
    account: home.account,
    region: home.region,
    ...about,
    role,
    count,
    call,
    firstSeen,
    lastSeen,
    archived: hub.archived || hub.service.archived,
    suppressed: hub.suppressed,
    ...marksOf(hub),
    requested: hub.requested,
    importedBy,
    hub: hub.hub,
    marked,
    updatedBy: null,
    missing: [...absent({ ...said, role: roleSaid }), ...home.missing, ...missing],
  };
}

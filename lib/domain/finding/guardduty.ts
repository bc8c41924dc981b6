import * as z from 'zod';
import { type Named, named } from '../named.ts';
import { severityOf } from '../severity.ts';
import type { Finding } from './finding.ts';
import { affectedBy, callOf, remotesOf, withAffected } from './guardduty-action.ts';
import { unflattened } from './guardduty-flat.ts';
import { resourcesOf, type Where } from './guardduty-resource.ts';
import { instant, Resource, Service } from './guardduty-shape.ts';
import { aboutFirst, eachOnce } from './order.ts';
import { homeOf, partitionOf } from './place.ts';
import type { Reader } from './reader.ts';
import { sequenceOf } from './sequence.ts';
import { accountAmong, accountText, arnParts, flag, part, readAs, text, Unreadable } from './value.ts';

/** GuardDuty's finding (API reference, Finding). Some collectors file `service` under `finding`, or lift `archived` out of it. */
const Raw = z.object({
  id: text,
  findingId: text,
  arn: text,
  type: text,
  title: text,
  partition: text,
  region: text,
  accountId: accountText,
  severity: z.unknown().optional(),
  archived: flag,
  createdAt: instant,
  updatedAt: instant,
  resource: part(Resource),
  service: part(Service),
  finding: part(Service),
});
type Raw = z.infer<typeof Raw>;

const noResource = Resource.parse({});
const noService = Service.parse({});

/** Number of the finding's severity; null where there is none. Text in its place means another scale, and nobody knows which. */
function scoreOf(severity: unknown): number | null {
  if (severity === undefined || severity === null || severity === '') return null;
  const score = typeof severity === 'string' && severity.trim() !== '' ? Number(severity) : severity;
  if (typeof score === 'number' && Number.isFinite(score)) return score;
  const shown = typeof severity === 'object' ? 'no number' : String(severity).slice(0, 40);
  throw new Unreadable(`severity: it should be a number from 1.0 to 10.0, and is ${shown}.`);
}

/** Marks that GuardDuty puts beside the action. The API wraps them once more, as JSON in a text. */
const Marks = part(z.object({ sample: flag, drill: flag, value: z.unknown().optional() }));

function wrapped(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

function marksOf(additionalInfo: unknown, title: string): Pick<Finding, 'sample' | 'drill'> {
  const outer = Marks.parse(wrapped(additionalInfo));
  const inner = Marks.parse(wrapped(outer?.value));
  return {
    sample: outer?.sample || inner?.sample || /^\s*\[SAMPLE\]/i.test(title),
    drill: outer?.drill || inner?.drill || /^\s*\[DRILL\]/i.test(title),
  };
}

function roleOf(role: string | null): Finding['role'] {
  const known = role?.toUpperCase();
  return known === 'ACTOR' || known === 'TARGET' ? known : 'unknown';
}

type About = Pick<Finding, 'targets' | 'signals' | 'remotes' | 'missing'>;

/** An attack sequence has everything in its own block, which exports often leave out; any other finding in the parts of its resource. */
function aboutOf(type: string, resource: Resource, service: Service, where: Where): About {
  const plain = resourcesOf(resource, where);
  const inOrder = aboutFirst(type, resource.resourceType, plain.targets);
  const sequence = sequenceOf(service.detection?.sequence, where);
  const all = withAffected(type, inOrder, affectedBy(service, where), where);
  const targets = eachOnce([...(sequence?.targets ?? []), ...all]);
  const account: Named[] = where.account ? [named('account', where.account, where)] : [];
  const missing = [...plain.missing, ...(sequence?.missing ?? [])];
  const isSequence = type.startsWith('AttackSequence:') || resource.resourceType === 'AttackSequence';
  if (isSequence && !sequence) missing.unshift('sequence');
  else if (targets.length === 0 && missing.length === 0) missing.push('resource');
  return {
    targets: targets.length > 0 ? targets : account,
    signals: sequence?.signals ?? [],
    remotes: [...new Set([...remotesOf(service), ...(sequence?.remotes ?? [])])],
    missing,
  };
}

/** Without its id nobody can tell whether it came before; without its type nobody knows what it is. */
function identityOf({ id: given, findingId, arn, type }: Raw): Pick<Finding, 'id' | 'key' | 'type'> {
  // The ARN ends with the id: arn:aws:guardduty:eu-central-1:111122223333:detector/<detector>/finding/<id>.
  const id = given ?? findingId ?? /\/finding\/([^/]+)$/.exec(arn ?? '')?.[1];
  if (!id) throw new Unreadable('id: a GuardDuty finding needs its id, and this one has none.');
  if (!type)
    throw new Unreadable(
      'type: a GuardDuty finding needs its type, such as Backdoor:EC2/C&CActivity.B, and this one has none.',
    );
  return { id, key: `guardduty:${id}`, type };
}

const absent = (said: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(said).flatMap(([name, value]) => (value === null ? [name] : []));

/** Reads a GuardDuty finding, as EventBridge sends it, as the API answers, or as an export keeps it. */
export const readGuardDuty: Reader = (fields) => {
  const raw = readAs(Raw, unflattened(fields), 'A GuardDuty finding');
  const identity = identityOf(raw);
  const service = raw.service ?? raw.finding ?? noService;
  const resource = raw.resource ?? noResource;
  const score = scoreOf(raw.severity);
  const parts = arnParts(raw.arn);
  const home = homeOf(accountAmong(raw.accountId, [raw.arn]), raw.region ?? parts?.region);
  const about = aboutOf(identity.type, resource, service, home);
  const role = roleOf(service.resourceRole);
  // A sequence began with the first of its signals, before GuardDuty put them together.
  const began = about.signals.flatMap(({ at }) => at ?? []);
  const told = service.eventFirstSeen ?? raw.createdAt;
  const [firstSeen = null] = [...began, ...(told ? [told] : [])].toSorted();
  const lastSeen = service.eventLastSeen ?? raw.updatedAt;
  const partition = raw.partition ?? (raw.arn || home.region ? partitionOf(home.region, [raw.arn]) : null);
  const said = {
    severity: score,
    'first seen': firstSeen,
    'last seen': lastSeen,
    role: role === 'unknown' ? null : role,
  };
  return {
    source: 'guardduty',
    product: 'GuardDuty',
    nature: 'attack',
    ...identity,
    arn: raw.arn ?? '',
    title: raw.title ?? '',
    score,
    severity: score === null ? null : severityOf(score),
    account: home.account,
    region: home.region,
    partition: partition ?? 'aws',
    ...marksOf(service.additionalInfo, raw.title ?? ''),
    archived: service.archived || raw.archived,
    suppressed: false,
    requested: false,
    hub: null,
    marked: null,
    updatedBy: null,
    role,
    count: service.count ?? 1,
    firstSeen,
    lastSeen,
    call: callOf(service),
    ...about,
    missing: [...absent({ arn: raw.arn, title: raw.title, partition, ...said }), ...home.missing, ...about.missing],
  };
};

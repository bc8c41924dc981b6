import * as z from 'zod';
import type { HubCopy } from './finding.ts';
import { callOf, remotesOf } from './guardduty-action.ts';
import { instant } from './guardduty-shape.ts';
import { findingFrom } from './hub-finding.ts';
import { ocsfRating } from './hub-severity.ts';
import { code, Evidence, evidenceActors, evidenceRemotes, evidenceService } from './ocsf-evidence.ts';
import { guardDutyService, incidentIn, isDrill, productFieldsIn, roleOf } from './product-fields.ts';
import type { Reader } from './reader.ts';
import { accountText, arnParts, count, listOf, part, readAs, text, Unreadable } from './value.ts';

const Resource = z.object({
  type: text,
  uid: text,
  uidAlt: text,
  name: text,
  region: text,
  cloudPartition: text,
  data: z.unknown().optional(),
  owner: part(z.object({ account: part(z.object({ uid: accountText })) })),
  user: part(z.object({ name: text })),
});

const Info = part(
  z.object({
    uid: text,
    uidAlt: text,
    title: text,
    desc: text,
    types: listOf(z.string()),
    firstSeenTime: instant,
    firstSeenTimeDt: instant,
    createdTime: instant,
    createdTimeDt: instant,
    lastSeenTime: instant,
    lastSeenTimeDt: instant,
    modifiedTime: instant,
    modifiedTimeDt: instant,
    analytic: part(z.object({ uid: text, name: text })),
    relatedEvents: listOf(
      z.object({ uid: text, type: text, title: text, firstSeenTime: instant, createdTime: instant }),
    ),
  }),
);

/**
 * Findings of the Security Hub of 2025 (its user guide, "OCSF findings in Security Hub"), and those that Security Lake makes of ASFF:
 * OCSF 1.1 with one `resource`, before that with `finding` in place of `finding_info`.
 */
const Ocsf = z.object({
  classUid: code,
  activityId: code,
  statusId: code,
  status: text,
  comment: text,
  severityId: z.unknown().optional(),
  severity: text,
  count: z.unknown().optional(),
  findingInfo: Info,
  finding: Info,
  resources: listOf(Resource),
  resource: part(Resource),
  metadata: part(z.object({ uid: text, product: part(z.object({ uid: text, name: text })) })),
  cloud: part(
    z.object({
      account: part(z.object({ uid: accountText })),
      accountUid: accountText,
      region: text,
      cloudPartition: text,
    }),
  ),
  compliance: part(z.object({ control: text })),
  databucket: part(z.object({ name: text, uid: text })),
  vendorAttributes: part(z.object({ severityId: z.unknown().optional() })),
  evidences: listOf(Evidence),
  unmapped: z.unknown().optional(),
});
type Ocsf = z.infer<typeof Ocsf>;

/** OCSF schema, findings: 2002 Vulnerability, 2003 Compliance, 2004 Detection, 2006 Data Security (Macie's). */
const classes = { vulnerability: 2002, compliance: 2003, detection: 2004, data: 2006 };

/** The signals of an attack sequence are related findings, its actors are in the evidence. */
function sequenceIn({ evidences }: Ocsf, info: z.infer<typeof Info>): unknown {
  const events = info?.relatedEvents ?? [];
  if (events.length === 0) return null;
  const signals = events.map(({ uid, type, title, firstSeenTime, createdTime }) => ({
    uid,
    type,
    name: title,
    firstSeenAt: firstSeenTime,
    createdAt: createdTime,
  }));
  return { actors: evidenceActors(evidences), signals };
}

/** OCSF schema, `status_id`. Converted findings have the word alone. */
const statuses = new Map([
  ['suppressed', 3],
  ['resolved', 4],
  ['archived', 5],
]);
/** OCSF schema, `activity_id` of findings. */
const closed = 3;

function standingOf({ statusId, status, activityId }: Ocsf, recordState: string | undefined) {
  const told = statusId ?? statuses.get(status?.toLowerCase() ?? '');
  return {
    archived: told === 4 || told === 5 || activityId === closed || recordState === 'ARCHIVED',
    suppressed: told === 3,
  };
}

const resourcesIn = ({ resources, resource }: Ocsf) =>
  [...resources, ...(resource ? [resource] : [])].map(({ type, uid, uidAlt, name, region, owner, user, data }) => ({
    type,
    id: uid,
    alias: uidAlt,
    name: user?.name ?? name,
    region,
    account: owner?.account?.uid ?? null,
    details: data,
  }));

const partitionIn = ({ cloud, resources, resource }: Ocsf): string | null =>
  cloud?.cloudPartition ?? [...resources, resource].find((one) => one?.cloudPartition)?.cloudPartition ?? null;

function hubCopyOf({ metadata }: Ocsf): HubCopy | null {
  const productArn = metadata?.product?.uid;
  // What was exported to Security Lake has no id of Security Hub's own.
  return metadata?.uid && productArn ? { format: 'ocsf', id: metadata.uid, productArn } : null;
}

/** Reads a finding in the Open Cybersecurity Schema Framework, as Security Hub sends it since 2025. */
export const readOcsf: Reader = (given) => {
  const found = readAs(Ocsf, given, 'Security Hub finding');
  const info = found.findingInfo ?? found.finding;
  const product = found.metadata?.product;
  // The finding's own id is the one that ASFF has too: metadata.uid is Security Hub's, and is in no other copy.
  const uid = info?.uid ?? info?.uidAlt ?? found.metadata?.uid;
  if (!uid)
    throw new Unreadable(
      'finding_info.uid: a Security Hub finding needs it, or metadata.uid, and this one has neither.',
    );
  const fields = productFieldsIn(found.unmapped, 'ProductFields.');
  const other = productFieldsIn(found.unmapped);
  const kind = found.classUid;
  const [service, evidence] = [guardDutyService(fields), evidenceService(found.evidences)];
  return findingFrom({
    source: 'securityhub-v2',
    uid,
    alias: info?.uidAlt ?? null,
    product: product?.name ?? null,
    productArn: product?.uid ?? null,
    types: info?.types ?? [],
    check: found.compliance?.control ?? info?.analytic?.name ?? info?.analytic?.uid ?? null,
    checked: kind === classes.vulnerability || kind === classes.compliance,
    scanned: Boolean(found.compliance),
    detected: kind === classes.detection || kind === classes.data,
    title: info?.title ?? null,
    description: info?.desc ?? null,
    accountGiven: found.cloud?.account?.uid ?? found.cloud?.accountUid ?? null,
    regionGiven: found.cloud?.region ?? null,
    partitionGiven: partitionIn(found),
    resources: resourcesIn(found),
    bucket: found.databucket?.name ?? arnParts(found.databucket?.uid)?.resource ?? null,
    service: {
      ...evidence,
      archived: service.archived,
      action: service.action ?? evidence.action,
      additionalInfo: service.additionalInfo ?? evidence.additionalInfo,
    },
    sequence: sequenceIn(found, info),
    ...ocsfRating(found.severityId, found.severity, found.vendorAttributes?.severityId),
    role: roleOf(service.resourceRole ?? evidence.resourceRole),
    count: found.count === undefined || found.count === null ? (service.count ?? 1) : count.parse(found.count),
    call: callOf(service) ?? callOf(evidence),
    remotes: [...remotesOf(service), ...found.evidences.flatMap(evidenceRemotes)],
    firstSeen: info?.firstSeenTime ?? info?.firstSeenTimeDt ?? info?.createdTime ?? info?.createdTimeDt ?? null,
    lastSeen: info?.lastSeenTime ?? info?.lastSeenTimeDt ?? info?.modifiedTime ?? info?.modifiedTimeDt ?? null,
    ...standingOf(found, other.get('recordState')),
    requested: false,
    sample: other.get('sample') === 'true',
    drill: isDrill(fields),
    hub: hubCopyOf(found),
    // A comment has no author in this schema.
    marked: incidentIn(found.comment),
  });
};

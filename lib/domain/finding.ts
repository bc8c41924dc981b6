import * as z from 'zod';
import { AccountId } from './resource.ts';
import { Severity, severityOf } from './severity.ts';

/** A finding, whoever sent it. Account and Region are the finding's own, never the envelope's: an administrator account receives its members' findings. */
export const Finding = z.object({
  source: z.enum(['guardduty']),
  id: z.string(),
  arn: z.string(),
  type: z.string(),
  title: z.string(),
  severity: Severity,
  score: z.number(),
  partition: z.string(),
  account: AccountId,
  region: z.string(),
  sample: z.boolean(),
  archived: z.boolean(),
  /** ACTOR: our resource attacks. TARGET: it is attacked, and containing it would help the attacker. */
  role: z.enum(['ACTOR', 'TARGET', 'unknown']),
  count: z.number(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  instance: z.object({ id: z.string(), profileArn: z.string().nullable() }).nullable(),
  /** Addresses and domains the finding names, for the message and the report. */
  remotes: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** The parts of GuardDuty's own shape we read; everything else is kept in the raw event, sealed in the vault. */
const GuardDutyFinding = z.object({
  id: z.string(),
  arn: z.string(),
  type: z.string(),
  title: z.string().default(''),
  severity: z.number().min(0).max(10),
  partition: z.string().default('aws'),
  accountId: AccountId,
  region: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  resource: z.object({
    instanceDetails: z
      .object({ instanceId: z.string(), iamInstanceProfile: z.object({ arn: z.string() }).nullish() })
      .nullish(),
  }),
  service: z.object({
    archived: z.boolean().default(false),
    count: z.number().default(1),
    eventFirstSeen: z.string().nullish(),
    eventLastSeen: z.string().nullish(),
    resourceRole: z.string().nullish(),
    additionalInfo: z.object({ sample: z.boolean().nullish() }).nullish(),
    action: z
      .object({
        networkConnectionAction: z
          .object({ remoteIpDetails: z.object({ ipAddressV4: z.string().nullish() }).nullish() })
          .nullish(),
        dnsRequestAction: z.object({ domain: z.string().nullish() }).nullish(),
      })
      .nullish(),
  }),
});

export const GuardDutyEvent = z.object({
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Finding'),
  detail: GuardDutyFinding,
});

/** Reads an EventBridge event with a GuardDuty finding. Throws a ZodError that names the path when it is not one. */
export function findingFromEvent(event: unknown): Finding {
  const { detail } = GuardDutyEvent.parse(event);
  const { service, resource } = detail;
  const instance = resource.instanceDetails;
  return Finding.parse({
    source: 'guardduty',
    id: detail.id,
    arn: detail.arn,
    type: detail.type,
    title: detail.title,
    severity: severityOf(detail.severity),
    score: detail.severity,
    partition: detail.partition,
    account: detail.accountId,
    region: detail.region,
    sample: service.additionalInfo?.sample ?? false,
    archived: service.archived,
    role: service.resourceRole === 'ACTOR' || service.resourceRole === 'TARGET' ? service.resourceRole : 'unknown',
    count: service.count,
    firstSeen: service.eventFirstSeen ?? detail.createdAt,
    lastSeen: service.eventLastSeen ?? detail.updatedAt,
    instance: instance ? { id: instance.instanceId, profileArn: instance.iamInstanceProfile?.arn ?? null } : null,
    remotes: [
      service.action?.networkConnectionAction?.remoteIpDetails?.ipAddressV4,
      service.action?.dnsRequestAction?.domain,
    ].filter((remote) => typeof remote === 'string'),
  });
}

import type { Json } from './guardduty.ts';

/** What a finding is about, as GuardDuty, ASFF and OCSF say it. */
export interface Subject {
  readonly own: Json;
  readonly asff: readonly Json[];
  readonly ocsf: readonly Json[];
}

/** One thing GuardDuty saw, whichever way its finding comes to us. */
export interface Story {
  readonly type: string;
  /** The type as ASFF writes it (GuardDuty user guide, "Integrating with AWS Security Hub"). */
  readonly asffType: string;
  readonly id: string;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly role: 'ACTOR' | 'TARGET';
  readonly archived: boolean;
  readonly subject: Subject;
}

const seen = { first: '2026-11-22T00:59:00.000Z', last: '2026-11-22T01:59:00.000Z' };
const service = 'aws/guardduty/service';

const arnOf = ({ partition, region, account, id }: Story): string =>
  `arn:${partition}:guardduty:${region}:${account}:detector/9e/finding/${id}`;

/** As EventBridge sends GuardDuty's own (GuardDuty API reference, Finding). */
export function asGuardDuty(story: Story): Json {
  const { type, id, partition, account, region, role, archived, subject } = story;
  return {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition,
    id,
    arn: arnOf(story),
    type,
    severity: 8,
    title: 'Something happened',
    resource: subject.own,
    service: {
      archived,
      count: 3,
      resourceRole: role,
      eventFirstSeen: seen.first,
      eventLastSeen: seen.last,
      action: {
        actionType: 'AWS_API_CALL',
        awsApiCallAction: {
          api: 'StopLogging',
          serviceName: 'cloudtrail.amazonaws.com',
          remoteIpDetails: { ipAddressV4: '198.51.100.7' },
        },
      },
    },
  };
}

/** The copy in Security Hub CSPM (its user guide, "AWS Security Finding Format (ASFF)"). */
export function asAsff(story: Story): Json {
  const { asffType, partition, account, region, role, archived, subject } = story;
  return {
    SchemaVersion: '2018-10-08',
    Id: arnOf(story),
    ProductName: 'GuardDuty',
    AwsAccountId: account,
    ProductArn: `arn:${partition}:securityhub:${region}::product/aws/guardduty`,
    Region: region,
    Types: [asffType],
    Title: 'Something happened',
    Severity: { Label: 'HIGH', Normalized: 80, Product: 8 },
    FirstObservedAt: seen.first,
    LastObservedAt: seen.last,
    RecordState: archived ? 'ARCHIVED' : 'ACTIVE',
    Workflow: { Status: 'NEW' },
    ProductFields: {
      [`${service}/archived`]: String(archived),
      [`${service}/count`]: '3',
      [`${service}/resourceRole`]: role,
      [`${service}/action/actionType`]: 'AWS_API_CALL',
      [`${service}/action/awsApiCallAction/api`]: 'StopLogging',
      [`${service}/action/awsApiCallAction/serviceName`]: 'cloudtrail.amazonaws.com',
      [`${service}/action/awsApiCallAction/remoteIpDetails/ipAddressV4`]: '198.51.100.7',
    },
    Resources: subject.asff.map((one) => ({ Partition: partition, Region: region, ...one })),
  };
}

/** The copy in the Security Hub of 2025 (its user guide, "OCSF findings in Security Hub"). */
export function asOcsf(story: Story): Json {
  const { type, id, partition, account, region, role, archived, subject } = story;
  return {
    class_uid: 2004,
    activity_id: 1,
    status_id: archived ? 5 : 1,
    severity_id: 4,
    count: 3,
    metadata: {
      uid: 'f'.repeat(64),
      product: { name: 'GuardDuty', uid: `arn:${partition}:securityhub:${region}::productv2/aws/guardduty` },
    },
    cloud: { account: { uid: account }, region, cloud_partition: partition },
    finding_info: {
      uid: arnOf(story),
      uid_alt: id,
      title: 'Something happened',
      types: ['Threats', type],
      first_seen_time: Date.parse(seen.first),
      last_seen_time: Date.parse(seen.last),
    },
    evidences: [
      {
        api: { operation: 'StopLogging', service: { name: 'cloudtrail.amazonaws.com' } },
        src_endpoint: { ip: '198.51.100.7' },
        data: { resource_role: role },
      },
    ],
    resources: subject.ocsf.map((one) => ({ region, owner: { account: { uid: account } }, ...one })),
  };
}

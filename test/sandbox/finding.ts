import { randomBytes } from 'node:crypto';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import { findingIn } from '../../lib/domain/finding/read.ts';
import type { Deployment } from './deployment.ts';

export interface FindingOptions {
  readonly type?: string;
  readonly severity?: number;
  readonly id?: string;
  readonly sample?: boolean;
  readonly archived?: boolean;
  readonly role?: 'ACTOR' | 'TARGET';
  readonly profileArn?: string | null;
  readonly count?: number;
}

/** A GuardDuty finding about an instance in EventBridge's shape (GuardDuty user guide, "Creating rules with EventBridge"). */
export function findingAbout(
  deployment: Pick<Deployment, 'sandbox'>,
  instanceId: string,
  options: FindingOptions = {},
) {
  const { accounts, region } = deployment.sandbox;
  const { type = 'CryptoCurrency:EC2/BitcoinTool.B', severity = 8, id = randomBytes(16).toString('hex') } = options;
  const now = new Date().toISOString();
  const profileArn =
    options.profileArn === undefined
      ? `arn:aws:iam::${accounts.member}:instance-profile/web-server`
      : options.profileArn;
  return {
    schemaVersion: '2.0',
    accountId: accounts.member,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${'d'.repeat(32)}/finding/${id}`,
    type,
    severity,
    createdAt: now,
    updatedAt: now,
    title: `The EC2 instance ${instanceId} talks to a Bitcoin mining pool.`,
    description: `The EC2 instance ${instanceId} queries an address associated with Bitcoin mining.`,
    resource: {
      resourceType: 'Instance',
      instanceDetails: { instanceId, ...(profileArn && { iamInstanceProfile: { arn: profileArn, id: 'AIPA' } }) },
    },
    service: {
      serviceName: 'guardduty',
      archived: options.archived ?? false,
      count: options.count ?? 1,
      eventFirstSeen: now,
      eventLastSeen: now,
      resourceRole: options.role ?? 'ACTOR',
      additionalInfo: { sample: options.sample ?? false },
      action: {
        actionType: 'NETWORK_CONNECTION',
        networkConnectionAction: { connectionDirection: 'OUTBOUND', remoteIpDetails: { ipAddressV4: '198.51.100.7' } },
      },
    },
  };
}

/** The finding as the program reads it from its event. */
export function readBack(detail: object): Finding {
  const reading = findingIn({ source: 'aws.guardduty', 'detail-type': 'GuardDuty Finding', detail });
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return reading.finding;
}

type Detail = ReturnType<typeof findingAbout>;

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const label = (severity: number): string =>
  severity >= 9 ? 'CRITICAL' : severity >= 7 ? 'HIGH' : severity >= 4 ? 'MEDIUM' : 'LOW';

/** The copy that Security Hub CSPM makes of it (Security Hub user guide, "AWS Security Finding Format"). */
function asffOf(detail: Detail): object {
  const { accountId, region, id, arn, type, severity, title, description, createdAt, updatedAt, service } = detail;
  const { instanceId } = detail.resource.instanceDetails;
  const [purpose = ''] = type.split(':');
  return {
    SchemaVersion: '2018-10-08',
    Id: arn,
    ProductArn: `arn:aws:securityhub:${region}::product/aws/guardduty`,
    ProductName: 'GuardDuty',
    CompanyName: 'Amazon',
    Region: region,
    GeneratorId: arn.replace(`/finding/${id}`, ''),
    AwsAccountId: accountId,
    Types: [`TTPs/${purpose}/${type.replace('/', '-')}`],
    CreatedAt: createdAt,
    UpdatedAt: updatedAt,
    FirstObservedAt: service.eventFirstSeen,
    LastObservedAt: service.eventLastSeen,
    Severity: { Product: severity, Label: label(severity), Normalized: Math.round(severity * 10) },
    Title: title,
    Description: description,
    ProductFields: {
      'aws/guardduty/service/archived': String(service.archived),
      'aws/guardduty/service/count': String(service.count),
      'aws/guardduty/service/resourceRole': service.resourceRole,
      'aws/guardduty/service/additionalInfo/sample': String(service.additionalInfo.sample),
      'aws/securityhub/FindingId': `arn:aws:securityhub:${region}::product/aws/guardduty/${arn}`,
    },
    Resources: [
      {
        Type: 'AwsEc2Instance',
        Id: `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`,
        Partition: 'aws',
        Region: region,
        Details: { AwsEc2Instance: { Type: 't3.micro' } },
      },
    ],
    WorkflowState: 'NEW',
    Workflow: { Status: 'NEW' },
    RecordState: service.archived ? 'ARCHIVED' : 'ACTIVE',
  };
}

const severityId: Readonly<Record<string, number>> = { LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 };

/** The copy of the newer Security Hub (OCSF 1.6, class Detection Finding). */
function ocsfOf(detail: Detail): object {
  const { accountId, region, id, arn, type, severity, title, description, createdAt, updatedAt, service } = detail;
  const { instanceId } = detail.resource.instanceDetails;
  const word = label(severity);
  return {
    activity_id: 1,
    activity_name: 'Create',
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    type_uid: 200401,
    status: 'New',
    status_id: 1,
    severity: word.charAt(0) + word.slice(1).toLowerCase(),
    severity_id: severityId[word],
    count: service.count,
    cloud: { provider: 'AWS', region, account: { uid: accountId, type: 'AWS Account', type_id: 10 } },
    metadata: {
      uid: id.repeat(2),
      product: { name: 'GuardDuty', uid: `arn:aws:securityhub:${region}::productv2/aws/guardduty`, vendor_name: 'AWS' },
    },
    finding_info: {
      uid: arn,
      uid_alt: id,
      title,
      desc: description,
      types: ['Threats', type],
      created_time: Date.parse(createdAt),
      modified_time: Date.parse(updatedAt),
      first_seen_time: Date.parse(service.eventFirstSeen),
      last_seen_time: Date.parse(service.eventLastSeen),
    },
    evidences: [{ data: { resource_role: service.resourceRole } }],
    resources: [
      {
        type: 'AWS::EC2::Instance',
        uid: instanceId,
        uid_alt: `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`,
        region,
        cloud_partition: 'aws',
        owner: { account: { uid: accountId } },
      },
    ],
  };
}

/** An event as its sender writes it. */
export const entry = (Source: string, DetailType: string, detail: object): Entry => ({
  Source,
  DetailType,
  Detail: JSON.stringify(detail),
});

/** The ways in which one and the same finding may arrive. */
export const eventsOf: Readonly<Record<'GuardDuty' | 'ASFF' | 'OCSF', (detail: Detail) => Entry>> = {
  GuardDuty: (detail) => entry('aws.guardduty', 'GuardDuty Finding', detail),
  ASFF: (detail) => entry('aws.securityhub', 'Security Hub Findings - Imported', { findings: [asffOf(detail)] }),
  OCSF: (detail) => entry('aws.securityhub', 'Findings Imported V2', { findings: [ocsfOf(detail)] }),
};

/** Publishes an event as an AWS service would: into the administrator account's default bus. */
export async function sendEvent(deployment: Pick<Deployment, 'sandbox'>, event: Entry): Promise<void> {
  const { sandbox } = deployment;
  const { hub: account } = sandbox.accounts;
  await sandbox.post('/_sandbox/aws-event', { account, region: sandbox.region, entry: event });
}

/** Publishes a GuardDuty finding. */
export const send = (deployment: Pick<Deployment, 'sandbox'>, detail: object): Promise<void> =>
  sendEvent(deployment, entry('aws.guardduty', 'GuardDuty Finding', detail));

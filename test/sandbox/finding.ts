import { randomBytes } from 'node:crypto';
import type { Deployment } from './deployment.ts';

export interface FindingOptions {
  readonly type?: string;
  readonly severity?: number;
  readonly id?: string;
  readonly sample?: boolean;
  readonly archived?: boolean;
  readonly role?: 'ACTOR' | 'TARGET';
  readonly profileArn?: string | null;
}

/** A GuardDuty finding about an instance in EventBridge's shape (GuardDuty user guide, "Creating rules with EventBridge"). */
export function findingAbout(deployment: Deployment, instanceId: string, options: FindingOptions = {}) {
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
      count: 1,
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

/** Publishes a finding as GuardDuty would: into the administrator account's default bus. */
export async function send(deployment: Deployment, detail: object): Promise<void> {
  const { sandbox } = deployment;
  await sandbox.post('/_sandbox/aws-event', {
    account: sandbox.accounts.hub,
    region: sandbox.region,
    entry: { Source: 'aws.guardduty', DetailType: 'GuardDuty Finding', Detail: JSON.stringify(detail) },
  });
}

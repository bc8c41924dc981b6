import { randomBytes } from 'node:crypto';
import type { Finding } from '../../lib/domain/finding/finding.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { readBack } from '../sandbox/finding.ts';
import type { Ground } from './subject.ts';

/** What GuardDuty says of an access key: whose it is, by name and by IAM's unique id. */
export interface Credential {
  readonly accessKeyId: string;
  readonly principalId: string;
  readonly userName: string;
  readonly userType: 'IAMUser' | 'AssumedRole' | 'Root';
}

/** The credentials that findings name, by key id: a finding has no secret, and a thief needs one. */
export const leaked = new Map<string, Credentials>();

/** IAM counts in seconds: this is after whatever was made until now, as it is where somebody steals what exists. */
const afterAllThereIs = (): string => new Date(Math.floor(Date.now() / 1000) * 1000 + 1).toISOString();

/** A GuardDuty finding about an access key (GuardDuty user guide, "IAM finding types"). */
export function aboutCredential({ deployment }: Ground, accessKeyDetails: Credential): Finding {
  const { accounts, region } = deployment.sandbox;
  const id = randomBytes(16).toString('hex');
  const now = afterAllThereIs();
  return readBack({
    schemaVersion: '2.0',
    accountId: accounts.member,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${'d'.repeat(32)}/finding/${id}`,
    type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    severity: 8,
    createdAt: now,
    updatedAt: now,
    title: `APIs were called with the key of ${accessKeyDetails.userName} from a listed address.`,
    description: `${accessKeyDetails.accessKeyId} was used from 198.51.100.7.`,
    resource: { resourceType: 'AccessKey', accessKeyDetails },
    service: {
      serviceName: 'guardduty',
      archived: false,
      count: 3,
      eventFirstSeen: now,
      eventLastSeen: now,
      resourceRole: 'TARGET',
      additionalInfo: { sample: false },
      action: {
        actionType: 'AWS_API_CALL',
        awsApiCallAction: {
          api: 'ListBuckets',
          serviceName: 's3.amazonaws.com',
          remoteIpDetails: { ipAddressV4: '198.51.100.7' },
        },
      },
    },
  });
}

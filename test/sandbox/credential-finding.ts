/** Findings about credentials, in the shapes in which AWS sends them (GuardDuty user guide, "Finding details", access key). */
import { randomBytes } from 'node:crypto';
import type { Deployment } from './deployment.ts';
import { entry } from './finding.ts';

type Where = Pick<Deployment, 'sandbox'>;

export interface CredentialFinding {
  readonly type?: string;
  readonly severity?: number;
  readonly id?: string;
  readonly sample?: boolean;
  /** When it began; left out: now. */
  readonly since?: string;
  readonly count?: number;
}

/** Whose key it is, as GuardDuty names it: no path, of a role the session in the principal's id, of root the account. */
export interface Holder {
  readonly accessKeyId: string;
  readonly userType: 'IAMUser' | 'AssumedRole' | 'FederatedUser' | 'Root';
  readonly userName: string;
  readonly session?: string;
}

/** GuardDuty counts in whole seconds, as IAM does. */
export const thisSecond = (): string => new Date().toISOString().replace(/\.\d+/, '.000');

/** A GuardDuty finding about the access key of a user, or of a role's session. */
export function findingAboutKey({ sandbox }: Where, holder: Holder, options: CredentialFinding = {}) {
  const { accounts, region } = sandbox;
  const { accessKeyId, userType, userName, session } = holder;
  const { type = 'UnauthorizedAccess:IAMUser/MaliciousIPCaller', severity = 8, sample = false, count = 1 } = options;
  const id = options.id ?? randomBytes(16).toString('hex');
  const now = thisSecond();
  const unique = randomBytes(8).toString('hex').toUpperCase();
  return {
    schemaVersion: '2.0',
    accountId: accounts.member,
    region,
    partition: 'aws',
    id,
    type,
    severity,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${'d'.repeat(32)}/finding/${id}`,
    createdAt: now,
    updatedAt: now,
    title: `Calls with the credentials of ${userName} from a known bad address.`,
    description: `${userName} called an API from 198.51.100.7, which is on a threat list.`,
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: {
        accessKeyId,
        principalId: userType === 'Root' ? accounts.member : session ? `AROA${unique}:${session}` : `AIDA${unique}`,
        userType,
        userName,
      },
    },
    service: {
      serviceName: 'guardduty',
      archived: false,
      count,
      resourceRole: 'TARGET',
      eventFirstSeen: options.since ?? now,
      eventLastSeen: now,
      additionalInfo: { sample },
      action: {
        actionType: 'AWS_API_CALL',
        awsApiCallAction: {
          api: 'GetObject',
          serviceName: 's3.amazonaws.com',
          callerType: 'Remote IP',
          remoteIpDetails: { ipAddressV4: '198.51.100.7' },
        },
      },
    },
  };
}

/** AWS's own warning that a key lies open, for example in a public repository (AWS Health user guide, event schema). */
export function leakedKeyEvent({ sandbox }: Where, accessKeyId: string, user?: string) {
  const { accounts, region } = sandbox;
  const word = randomBytes(8).toString('hex');
  const words = `We found the access key ${accessKeyId}${user ? `, belonging to IAM user ${user},` : ''} on a public page.`;
  return entry('aws.health', 'AWS Health Event', {
    eventArn: `arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/${word}`,
    service: 'RISK',
    eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
    eventTypeCategory: 'issue',
    communicationId: word,
    affectedAccount: accounts.member,
    eventRegion: region,
    startTime: new Date().toUTCString(),
    statusCode: 'open',
    eventDescription: [{ language: 'en_US', latestDescription: words }],
    affectedEntities: [{ entityValue: accessKeyId }],
  });
}

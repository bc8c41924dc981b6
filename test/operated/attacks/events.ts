/** Events that want to start something, or to be more than events. `nothing`: no incident and nobody told; else a part of the resource that people are asked about. */
import { randomBytes } from 'node:crypto';
import type { Attached } from '../../deployed/deployed.ts';
import { entry, findingAbout } from '../../sandbox/finding.ts';
import { mention, type Stage } from './stage.ts';

type Entry = ReturnType<typeof entry>;
interface EventAttack {
  readonly event: Entry;
  /** By what its run and its incident are found. */
  readonly word: string;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Events that nobody may be asked about. */
export function idleEvents(deployment: Attached, { instance }: Stage): Record<string, EventAttack> {
  const { accounts, region } = deployment.sandbox;
  const about = (change: (detail: ReturnType<typeof findingAbout>) => object, target = `i-${hex(8)}`): EventAttack => ({
    word: target,
    event: entry('aws.guardduty', 'GuardDuty Finding', change(findingAbout(deployment, target, { profileArn: null }))),
  });
  const hubFinding = (change: object): EventAttack => {
    const id = `i-${hex(8)}`;
    const finding = {
      SchemaVersion: '2018-10-08',
      Id: `arn:aws:guardduty:${region}:${accounts.member}:detector/d/finding/${hex(16)}`,
      ProductArn: `arn:aws:securityhub:${region}::product/aws/guardduty`,
      ProductName: 'GuardDuty',
      GeneratorId: 'd',
      AwsAccountId: accounts.member,
      Region: region,
      Types: ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B'],
      CreatedAt: new Date().toISOString(),
      UpdatedAt: new Date().toISOString(),
      Severity: { Label: 'HIGH' },
      Title: 't',
      Description: 'd',
      ProductFields: { 'aws/guardduty/service/resourceRole': 'ACTOR' },
      Resources: [
        { Type: 'AwsEc2Instance', Id: `arn:aws:ec2:${region}:${accounts.member}:instance/${id}`, Region: region },
      ],
      Workflow: { Status: 'NEW' },
      RecordState: 'ACTIVE',
      ...change,
    };
    return { word: id, event: entry('aws.securityhub', 'Security Hub Findings - Imported', { findings: [finding] }) };
  };
  const marked = (additionalInfo: object) =>
    about((detail) => ({ ...detail, service: { ...detail.service, additionalInfo } }));
  return {
    'a sample': marked({ sample: true }),
    'an archived one': about((detail) => ({ ...detail, service: { ...detail.service, archived: true } })),
    'a suppressed copy': hubFinding({ Workflow: { Status: 'SUPPRESSED' } }),
    'a resolved copy': hubFinding({ Workflow: { Status: 'RESOLVED' } }),
    'an archived copy': hubFinding({ RecordState: 'ARCHIVED' }),
    'a source of its own': {
      word: instance,
      event: entry('tourniquet', 'GuardDuty Finding', findingAbout(deployment, `i-${hex(8)}`)),
    },
    'our own approval as an event': {
      word: `forged-${hex(4)}`,
      event: entry('tourniquet.approvals', 'Approval', { verdict: 'APPROVED', approval: hex(8) }),
    },
    'another kind of event of GuardDuty': {
      word: `none-${hex(4)}`,
      event: entry('aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', { scanStatus: hex(4) }),
    },
    'a scan that found nothing': {
      word: `clean-${hex(4)}`,
      event: entry('aws.guardduty', 'GuardDuty Malware Protection Object Scan Result', {
        scanStatus: 'COMPLETED',
        s3ObjectDetails: { bucketName: `clean-${hex(4)}`, objectKey: mention },
        scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND' },
      }),
    },
    'an informational one': about((detail) => ({
      ...detail,
      type: 'Recon:EC2/PortProbeUnprotectedPort',
      severity: 1,
      service: { ...detail.service, resourceRole: 'TARGET' },
    })),
  };
}

/** Findings whose words want to be more. Each is asked about, or said to be advice, as words. */
export function wordyEvents(deployment: Attached): Record<string, EventAttack> {
  const about = (change: (detail: ReturnType<typeof findingAbout>) => object): EventAttack => {
    const target = `i-${hex(8)}`;
    const detail = findingAbout(deployment, target, { profileArn: null });
    return { word: target, event: entry('aws.guardduty', 'GuardDuty Finding', change(detail)) };
  };
  return {
    'a title with a mention': about((detail) => ({ ...detail, title: mention })),
    'a title of 100,000 characters': about((detail) => ({ ...detail, title: `${mention} ${'t'.repeat(100_000)}` })),
    'a type with a mention': about((detail) => ({ ...detail, type: `Backdoor:EC2/${mention}` })),
    'an address with a mention': about((detail) => ({
      ...detail,
      service: {
        ...detail.service,
        action: {
          actionType: 'NETWORK_CONNECTION',
          networkConnectionAction: { connectionDirection: 'OUTBOUND', remoteIpDetails: { ipAddressV4: mention } },
        },
      },
    })),
    'tags with a mention': about((detail) => ({
      ...detail,
      resource: {
        ...detail.resource,
        instanceDetails: { ...detail.resource.instanceDetails, tags: [{ key: 'owner', value: mention }] },
      },
    })),
    'a title that turns directions and terminals': about((detail) => ({
      ...detail,
      title: `\u001b[2J\u001b]0;t\u0007\u202egnp.exe\u2066 ${mention}`,
    })),
    'a count without end': about((detail) => ({ ...detail, service: { ...detail.service, count: 1e15 } })),
    'a time that is none': about((detail) => ({
      ...detail,
      updatedAt: 'yesterday',
      createdAt: '+275760-09-13T00:00:00Z',
    })),
  };
}

import { account, type Case, eventOf, region } from './events.ts';
import {
  backupScan,
  bucket,
  call,
  control,
  health,
  imported,
  objectScan,
  ocsf,
  picked,
  productArn,
} from './sources.ts';

/** An event of another source, what it has to start (null: nothing), and where its finding goes. */
export interface Expected extends Case {
  readonly starts: string | null;
  readonly goesTo: string | null;
}

const instance = 'i-0a1b2c3d4e5f60718';

const macieType = { Types: ['SensitiveData:S3Object/Personal'] };
const macieCopy = { Id: 'm1', ProductArn: productArn('aws/macie'), ProductName: 'Macie', ...macieType };
/** No playbook claims this type, nor will one: it names our own sample. */
const nobodys = { Types: ['Unusual Behaviors/Tourniquet/Sample'] };
const sensor = { Id: 'x1', ProductArn: productArn('example/sensor'), ProductName: 'Sensor', ...nobodys };
const inspector = { Id: 'x2', ProductArn: productArn('aws/inspector'), ProductName: 'Inspector' };
const insight = {
  insightArn: `arn:aws:securityhub:${region}:${account}:insight/${account}/custom/1`,
  insightName: 'Mine',
  resultType: 'ResourceId',
  insightResults: [{ [instance]: 3 }],
};
const macieFinding = {
  id: 'm1',
  accountId: account,
  region,
  type: 'Policy:IAMUser/S3BucketPublic',
  severity: { score: 3, description: 'High' },
  resourcesAffected: { s3Bucket: bucket },
};
const inspectorFinding = { findingArn: `arn:aws:inspector2:${region}:${account}:finding/1`, awsAccountId: account };

const desk = 'desk';
type Row = readonly [what: string, event: Case['event'], starts: string, goesTo?: string];

const quarantined = (policyArn: string) =>
  call('iam', 'AttachUserPolicy', { requestParameters: { userName: 'alice', policyArn } });

const starting: readonly Row[] = [
  ['GuardDuty in Security Hub', imported({}), desk, 'ec2-instance-compromise'],
  ['one that people were told of', imported({ Workflow: { Status: 'NOTIFIED' } }), desk, 'ec2-instance-compromise'],
  ['Macie in Security Hub', imported(macieCopy), desk, 'data-exposure'],
  ['another product in Security Hub', imported(sensor), desk, 'unmapped-finding'],
  ['a picked finding', picked({}), desk, 'ec2-instance-compromise'],
  ['a picked control', picked(control), desk, 'unmapped-finding'],
  ['an insight', eventOf('aws.securityhub', 'Security Hub Insight Results', insight), desk, 'unmapped-finding'],
  ['GuardDuty in the new Security Hub', ocsf({}), desk, 'destruction'],
  [
    'abuse by an instance',
    health('AWS Health Abuse Event', 'AWS_ABUSE_DOS_REPORT', instance),
    desk,
    'ec2-instance-compromise',
  ],
  [
    'abuse by who knows what',
    health('AWS Health Abuse Event', 'AWS_ABUSE_SPAM_REPORT', 'shop.example'),
    desk,
    'unmapped-finding',
  ],
  [
    'a leaked key',
    health('AWS Health Event', 'AWS_RISK_CREDENTIALS_EXPOSED', 'AKIAIOSFODNN7EXAMPLE'),
    desk,
    'iam-access-key',
  ],
  [
    'the root user in a leak',
    health('AWS Health Event', 'AWS_RISK_CREDENTIALS_EXPOSED', `arn:aws:iam::${account}:root`),
    desk,
    'root-user',
  ],
  ['malware in an object', objectScan('THREATS_FOUND'), 'malicious-object'],
  ['malware in a backup', backupScan('THREATS_FOUND'), 'malware-on-disk'],
  ['Macie', eventOf('aws.macie', 'Macie Finding', macieFinding), 'data-exposure'],
  ['the trail stopped', call('cloudtrail', 'StopLogging'), 'defence-impairment'],
  ['flow logs deleted', call('ec2', 'DeleteFlowLogs'), 'defence-impairment'],
  ['the detector deleted', call('guardduty', 'DeleteDetector'), 'defence-impairment'],
  ['a key scheduled for deletion', call('kms', 'ScheduleKeyDeletion'), 'destruction'],
  ['the quarantine of AWS', quarantined('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4'), 'iam-access-key'],
  ['a backup deleted', call('backup', 'DeleteRecoveryPoint'), 'destruction'],
];

const resting: readonly (readonly [what: string, event: Case['event']])[] = [
  ['resolved', imported({ Workflow: { Status: 'RESOLVED' } })],
  ['suppressed', imported({ Workflow: { Status: 'SUPPRESSED' } })],
  ['archived by its product', imported({ RecordState: 'ARCHIVED' })],
  ['a failed control', imported(control)],
  ['a failed control of another product', imported({ ...sensor, Compliance: { Status: 'FAILED' } })],
  ['Inspector in Security Hub', imported(inspector)],
  ['Access Analyzer in Security Hub', imported({ ...inspector, ProductName: 'IAM Access Analyzer' })],
  ['suppressed in the new Security Hub', ocsf({ status_id: 3, status: 'Suppressed' })],
  ['resolved in the new Security Hub', ocsf({ status_id: 4, status: 'Resolved' })],
  ['a control in the new Security Hub', ocsf({ class_uid: 2003 })],
  ['a vulnerability in the new Security Hub', ocsf({ class_uid: 2002 })],
  ['a clean object', objectScan('NO_THREATS_FOUND')],
  ['an object behind a password', objectScan('UNSUPPORTED')],
  ['a clean backup', backupScan('NO_THREATS_FOUND')],
  ['a finished backup', eventOf('aws.backup', 'Backup Job State Change', { backupJobId: '1', state: 'COMPLETED' })],
  ['a scan plan in order', eventOf('aws.guardduty', 'GuardDuty Malware Protection Resource Status Active', { bucket })],
  ['an agent without signs of life', eventOf('aws.guardduty', 'GuardDuty Runtime Protection Unhealthy', {})],
  ['Inspector', eventOf('aws.inspector2', 'Inspector2 Finding', inspectorFinding)],
  ['operational news', health('AWS Health Event', 'AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED', instance)],
  ['the trail not stopped', call('cloudtrail', 'StopLogging', { errorCode: 'AccessDenied' })],
  ['another call to EC2', call('ec2', 'RunInstances')],
  ['another policy attached', quarantined('arn:aws:iam::aws:policy/AdministratorAccess')],
  ['a call of that name to another service', call('cloudhsm', 'ScheduleKeyDeletion')],
  ['somebody who says to be GuardDuty', eventOf('my.app', 'GuardDuty Finding', { type: 'Backdoor:EC2/Spambot' })],
];

/** The events of everybody but GuardDuty itself. */
export const others: readonly Expected[] = [
  ...starting.map(([what, event, starts, goesTo = starts]) => ({ what, event, starts, goesTo })),
  ...resting.map(([what, event]) => ({ what, event, starts: null, goesTo: null })),
];

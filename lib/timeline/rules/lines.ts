import type { TimelineEvent } from '../event.ts';
import { aws, mitre, stratus, table } from './rule.ts';
import { both, succeeded } from './when.ts';

const anonymous = ({ actor }: TimelineEvent): boolean => actor === null;
const objectRead = ({ action }: TimelineEvent): boolean => action === 'REST.GET.OBJECT';

/** Requests to buckets, as their own access logs have them. */
export const storage = table(
  [
    's3-anonymous',
    'T1530',
    's3-access',
    'Somebody without credentials read an object',
    aws('AmazonS3/latest/userguide/LogFormat.html'),
    both(objectRead, anonymous, succeeded),
  ],
  [
    's3-read',
    'T1530',
    's3-access',
    'One requester read 100 objects within a minute',
    mitre('T1530'),
    objectRead,
    { of: 100, within: 60, by: 'actor' },
  ],
  [
    's3-deleted-at-once',
    'T1485',
    's3-access',
    'Objects were deleted, many with one request',
    stratus('impact.s3-ransomware-batch-deletion'),
    ({ action }) => action === 'REST.POST.MULTI_OBJECT_DELETE' || action === 'BATCH.DELETE.OBJECT',
  ],
  [
    's3-deleted',
    'T1485',
    's3-access',
    'One requester deleted 20 objects within a minute',
    stratus('impact.s3-ransomware-individual-deletion'),
    ({ action }) => action === 'REST.DELETE.OBJECT',
    { of: 20, within: 60, by: 'actor' },
  ],
);

const databases = 'mysql-audit mysql-error mysql-general mysql-slow postgresql activity-stream';
const refused =
  /access denied for user|password authentication failed|no pg_hba\.conf entry|FAILED_CONNECT|,CONNECT,.*,10(?:45|44)$/i;
const statement =
  (expression: RegExp) =>
  ({ raw }: TimelineEvent) =>
    expression.test(raw);

/** What databases write down. */
export const database = table(
  [
    'database-failures',
    'T1110',
    databases,
    'Five log-ins to a database failed within five minutes, from one address',
    aws('guardduty/latest/ug/findings-rds-protection.html'),
    statement(refused),
    { of: 5, within: 300, by: 'address' },
  ],
  [
    'database-dropped',
    'T1485',
    databases,
    'A database or a table was dropped or emptied',
    mitre('T1485'),
    statement(/\b(?:DROP\s+(?:DATABASE|SCHEMA|TABLE)|TRUNCATE\s+(?:TABLE\s+)?\w)/i),
  ],
  [
    'database-written-out',
    'T1567.002',
    databases,
    'What a query answers was written into a bucket',
    aws('AmazonRDS/latest/UserGuide/postgresql-s3-export.html'),
    statement(/aws_s3\.query_export_to_s3|INTO\s+OUTFILE\s+S3/i),
  ],
  [
    'database-shell',
    'T1059',
    databases,
    'A database was asked to run a program',
    'https://www.postgresql.org/docs/current/sql-copy.html',
    statement(/\bCOPY\b[^;]*\b(?:TO|FROM)\s+PROGRAM\b|\bsys_exec\s*\(|\bsys_eval\s*\(/i),
  ],
  [
    'database-rights',
    'T1098',
    databases,
    'Somebody was given a database’s administrator’s rights',
    mitre('T1098'),
    statement(
      /\bGRANT\s+(?:ALL\b[^;]*\bON\s+\*\.\*|rds_superuser|pg_execute_server_program)|\b(?:ALTER|CREATE)\s+(?:ROLE|USER)\b[^;]*\b(?<!NO)SUPERUSER\b/i,
    ),
  ],
);

/** Lines of sshd and sudo, as syslog and journald keep them. */
export const hosts = table([
  'host-failures',
  'T1110',
  'system',
  'Five log-ins to a machine failed within five minutes, from one address',
  mitre('T1110'),
  ({ action, outcome }) => outcome === 'failure' && (action === 'sshd login' || action === 'audit USER_LOGIN'),
  { of: 5, within: 300, by: 'address' },
]);

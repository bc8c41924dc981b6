import type { TimelineEvent } from '../event.ts';
import { mitre, panther, sigma, stratus, table } from './rule.ts';
import { at, byHand, says, textAt } from './when.ts';

const customerKey = /x-amz-server-side-encryption-customer-algorithm/i;
/** Names under which ransom notes were found (Panther's rule lists them). */
const note =
  /(?:^|\/)[^/]*(?:how[_ -]?to[_ -]?(?:decrypt|recover|restore)|decrypt[_ -]?instruct|ransom[_ -]?note|restore[_ -]?files|recover[_ -]?files)[^/]*$/i;

const foreignKey = (event: TimelineEvent): boolean => {
  const key = textAt(event, 'requestParameters.x-amz-server-side-encryption-aws-kms-key-id').split(':')[4];
  return key !== undefined && key !== '' && key !== textAt(event, 'recipientAccountId');
};

const days = (event: TimelineEvent): readonly number[] =>
  [...JSON.stringify(at(event, 'requestParameters') ?? '').matchAll(/"Days":"?(\d+)/gi)].map(([, found]) =>
    Number(found),
  );

/** Data, keys and backups that are destroyed, or held to ransom. */
export const destruction = table(
  [
    'key-destroyed',
    'T1485',
    'kms:ScheduleKeyDeletion kms:DisableKey kms:DeleteImportedKeyMaterial',
    'A key was disabled, or is going to be deleted: what it encrypts cannot be read then',
    panther('AWS.KMS.CustomerManagedKeyLoss'),
  ],
  ['bucket-deleted', 'T1485', 's3:DeleteBucket', 'A bucket was deleted', panther('AWS.S3.BucketDeleted')],
  [
    'objects-deleted-at-once',
    'T1485',
    's3:DeleteObjects',
    'Many objects were deleted with one call',
    stratus('impact.s3-ransomware-batch-deletion'),
  ],
  [
    'objects-deleted',
    'T1485',
    's3:DeleteObject',
    'One principal deleted 20 objects within a minute',
    stratus('impact.s3-ransomware-individual-deletion'),
    null,
    { of: 20, within: 60, by: 'actor' },
  ],
  [
    'objects-expire',
    'T1485.001',
    's3:PutBucketLifecycle s3:PutLifecycleConfiguration',
    'What is in a bucket expires within a week',
    stratus('defense-evasion.cloudtrail-lifecycle-rule'),
    (event) => days(event).some((found) => found <= 7),
  ],
  [
    'encrypted-by-stranger',
    'T1486',
    's3:PutObject s3:CopyObject',
    'An object was written with a key that AWS does not keep',
    stratus('impact.s3-ransomware-client-side-encryption'),
    says('requestParameters', customerKey),
    null,
    ({ raw }) => raw.includes('-customer-algorithm'),
  ],
  [
    'encrypted-elsewhere',
    'T1486',
    's3:CopyObject s3:PutObject',
    'An object was encrypted with a key of another account',
    panther('AWS.S3.CopyObject.CrossAccount.Encryption.KMS'),
    foreignKey,
    null,
    ({ raw }) => raw.includes('-aws-kms-key-id'),
  ],
  [
    'ransom-note',
    'T1486',
    's3:PutObject',
    'An object was written whose name is that of a ransom note',
    panther('AWS.S3.RansomwareNoteUpload'),
    says('requestParameters.key', note),
    null,
    ({ raw }) => /decrypt|recover|restore|ransom/i.test(raw),
  ],
  [
    'encryption-off',
    'T1486',
    'ec2:DisableEbsEncryptionByDefault',
    'New volumes are not encrypted any more',
    sigma('aws_ec2_disable_encryption'),
  ],
  [
    'versioning-off',
    'T1490',
    's3:PutBucketVersioning',
    'A bucket does not keep older versions any more, or deletes them without a second factor',
    stratus('impact.s3-ransomware-batch-deletion'),
    says('requestParameters.VersioningConfiguration', /"Status":"(?:Suspended|Disabled)"|"MfaDelete":"Disabled?"/),
  ],
  [
    'backups-deleted',
    'T1490',
    'backup:DeleteRecoveryPoint backup:DeleteBackupVault backup:DeleteBackupPlan ec2:DeleteSnapshot ec2:DeregisterImage rds:DeleteDBSnapshot rds:DeleteDBClusterSnapshot rds:DeleteDBInstanceAutomatedBackup rds:DeleteDBClusterAutomatedBackup dlm:DeleteLifecyclePolicy dynamodb:DeleteBackup',
    'Something to restore from was deleted',
    stratus('impact.ec2-deregister-ami'),
    byHand,
  ],
  [
    'backups-off',
    'T1490',
    'rds:ModifyDBInstance rds:ModifyDBCluster',
    'A database is not backed up any more',
    mitre('T1490'),
    { requestParameters: { backupRetentionPeriod: [0] } },
  ],
  [
    'database-unprotected',
    'T1490',
    'rds:ModifyDBInstance rds:ModifyDBCluster',
    'A database can be deleted with one call again',
    panther('AWS.RDS.DeletionProtectionDisabled'),
    { requestParameters: { deletionProtection: [false] } },
  ],
  [
    'database-deleted',
    'T1485',
    'rds:DeleteDBInstance rds:DeleteDBCluster rds:DeleteGlobalCluster dynamodb:DeleteTable redshift:DeleteCluster',
    'A database was deleted',
    panther('AWS.RDS.InstanceDeletion'),
  ],
  [
    'database-password',
    'T1098',
    'rds:ModifyDBInstance rds:ModifyDBCluster',
    'The master password of a database was replaced',
    sigma('aws_rds_change_master_password'),
    { requestParameters: { masterUserPassword: [{ exists: true }] } },
  ],
  [
    'database-public',
    'T1133',
    'rds:ModifyDBInstance rds:ModifyDBCluster rds:RestoreDBInstanceFromDBSnapshot',
    'A database can be reached from the internet',
    sigma('aws_rds_public_db_restore'),
    { requestParameters: { publiclyAccessible: [true] } },
  ],
  [
    'instances-terminated',
    'T1578.003',
    'ec2:TerminateInstances',
    'Instances were terminated, and what they held in memory is lost',
    panther('AWS.Modify.Cloud.Compute.Infrastructure'),
    byHand,
  ],
);

/** Ways to take evidence away, or to loosen what holds it. */
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Credentials } from '../../sandbox/deployment.ts';
import type { Attached } from '../deployed.ts';

const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);

export interface Sealed {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId: string;
}

/** Seals an object as a step would. */
export async function seal({ client, outputs }: Attached, as: Credentials): Promise<Sealed> {
  const place = { Bucket: outputs.VaultName ?? '', Key: 'probe/sealed' };
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: days(30) } as const;
  const put = new PutObjectCommand({ ...place, Body: 'evidence', ServerSideEncryption: 'aws:kms', ...lock });
  const { VersionId = '' } = await client(S3Client, 'hub', as).send(put);
  return { ...place, VersionId };
}

export const tamperings = ({ Bucket, Key, VersionId }: Sealed) => {
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] });
  const expire = { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const;
  const shorter = { Mode: 'GOVERNANCE', RetainUntilDate: days(1) } as const;
  const soon = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
  const bypass = { BypassGovernanceRetention: true };
  return {
    'delete it': (s3: S3Client) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
    'delete its version': (s3: S3Client) => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
    'delete its version all the same': (s3: S3Client) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, ...bypass })),
    'shorten its lock': (s3: S3Client) =>
      s3.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention: shorter })),
    'shorten its lock all the same': (s3: S3Client) =>
      s3.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention: shorter, ...bypass })),
    'lock what comes for a day only': (s3: S3Client) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: soon },
        }),
      ),
    'keep no versions': (s3: S3Client) =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    'let it expire': (s3: S3Client) =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [expire] } })),
    'open it to everybody': (s3: S3Client) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    'take its policy away': (s3: S3Client) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    'delete the vault': (s3: S3Client) => s3.send(new DeleteBucketCommand({ Bucket })),
  } as const;
};

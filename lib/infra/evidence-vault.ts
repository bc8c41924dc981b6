import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import type { Grant } from './grant.ts';
import { refuseTampering } from './lasting-key.ts';
import { anyRoleArn } from './names.ts';
import { suppress } from './suppressions.ts';

/** What would let a role of ours weaken the vault or take from it. Writing stays; governance mode then forbids shortening. */
const tampering = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketPolicy',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
];

/** Sealed evidence. It and its key outlive the stack: a locked object cannot go with it, and should not. */
export class EvidenceVault extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;
  readonly sealing: Grant;
  /** To put copies of the record there, and nothing else. */
  readonly copying: Grant;
  /** To look whether what lies there still is what was sealed: the one way for a function of ours to read evidence. */
  readonly reading: Grant;
  /** To read the checkpoints that lie there, and nothing else. */
  readonly readingCheckpoints: Grant;
  /** To hold longer what lies there. Shortening would take a bypass, which nobody of ours has. */
  readonly extending: Grant;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { name, retentionDays } = config;
    this.key = new Key(this, 'Key', {
      description: `Seals the evidence of ${name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    refuseTampering(this.key, config);
    this.bucket = new Bucket(this, 'Bucket', {
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(retentionDays)),
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    suppress(
      this.bucket,
      'S1',
      'Access logs would lie outside of the lock; who read what is in the data events of CloudTrail, where the account has them on',
    );
    this.bucket.addToResourcePolicy(this.refuseTampering(config));
    this.sealing = this.sealingBelow('*', config);
    this.copying = this.sealingBelow('copies/*', config);
    this.reading = this.readingWith(this.key, ['s3:GetObjectVersion', 's3:GetObjectRetention'], 'incidents/*');
    this.readingCheckpoints = this.readingWith(this.key, ['s3:GetObjectVersion'], 'checkpoints/*');
    this.extending = {
      statements: [
        {
          actions: ['s3:GetObjectRetention', 's3:PutObjectRetention'],
          resources: [this.bucket.arnForObjects('*')],
        },
        { actions: ['s3:ListBucketVersions'], resources: [this.bucket.bucketArn] },
      ],
      environment: { TOURNIQUET_VAULT: this.bucket.bucketName },
    };
  }

  private sealingBelow(below: string, { retentionDays }: Config): Grant {
    const { bucket, key } = this;
    return {
      statements: [
        { actions: ['s3:PutObject', 's3:PutObjectRetention'], resources: [bucket.arnForObjects(below)] },
        // Whoever seals need not read; decrypting would be needed for uploads in parts alone.
        { actions: ['kms:GenerateDataKey'], resources: [key.keyArn] },
      ],
      environment: {
        TOURNIQUET_VAULT: bucket.bucketName,
        TOURNIQUET_VAULT_KEY: key.keyArn,
        TOURNIQUET_RETENTION_DAYS: String(retentionDays),
      },
    };
  }

  private readingWith({ keyArn }: Key, actions: string[], below: string): Grant {
    return {
      statements: [
        { actions, resources: [this.bucket.arnForObjects(below)] },
        // The list says which versions are there: the newest may be anybody's, and what is gone is denied without it.
        { actions: ['s3:ListBucketVersions'], resources: [this.bucket.bucketArn] },
        { actions: ['kms:Decrypt'], resources: [keyArn] },
      ],
      environment: { TOURNIQUET_VAULT: this.bucket.bucketName },
    };
  }

  /** No function and no member role of this deployment, in any account, may take evidence away or loosen its lock. */
  private refuseTampering(config: Config): PolicyStatement {
    return new PolicyStatement({
      sid: 'NoResponderTampers',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: tampering,
      resources: [this.bucket.bucketArn, this.bucket.arnForObjects('*')],
      conditions: { ArnLike: { 'aws:PrincipalArn': anyRoleArn(config, '*') } },
    });
  }
}

import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  BucketPolicy,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config, Existing } from '../domain/config.ts';
import type { Grant, Rights } from './grant.ts';
import { refuseTampering } from './lasting-key.ts';
import { anyRoleArn } from './names.ts';
import { suppress } from './suppressions.ts';

/** What would let a role of ours weaken the vault or take from it. Writing stays; the lock then forbids shortening. */
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

/** As much as is used of a bucket, whether made or adopted. */
type AnyBucket = Pick<Bucket, 'bucketName' | 'bucketArn' | 'arnForObjects'>;

/** Sealed evidence. It and its key outlive the stack: a locked object cannot go with it, and should not. */
export class EvidenceVault extends Construct {
  readonly bucket: AnyBucket;
  readonly key: IKey;
  /** What functions may do there, by the words of their contracts. */
  readonly rights: Pick<
    Rights,
    'vault' | 'vault-parts' | 'read-vault' | 'read-back' | 'read-checkpoints' | 'extend-locks'
  >;
  /** To put copies of the record there, and nothing else. */
  readonly copying: Grant;
  private readonly where: Grant['environment'];

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { vault } = config.existing;
    const { bucket, key } = vault === undefined ? makeVault(this, config) : this.adopted(vault, config);
    this.bucket = bucket;
    this.key = key;
    // Asked of S3 with each call: a bucket of this name that is somebody else's gets nothing (S3 user guide, "Verifying bucket ownership").
    const owner = config.evidence?.account ?? Aws.ACCOUNT_ID;
    this.where = { TOURNIQUET_VAULT: this.bucket.bucketName, TOURNIQUET_VAULT_OWNER: owner };
    this.copying = this.sealingBelow('copies/*', config);
    const list = { actions: ['s3:ListBucketVersions'], resources: [this.bucket.bucketArn] };
    const retention = {
      actions: ['s3:GetObjectRetention', 's3:PutObjectRetention'],
      resources: [bucket.arnForObjects('*')],
    };
    const partly = ['s3:AbortMultipartUpload', 's3:GetObjectVersion', 's3:ListMultipartUploadParts'];
    this.rights = {
      vault: this.sealingBelow('*', config),
      // S3 decrypts parts to make one object of them (S3 user guide, "Multipart upload API and permissions").
      'vault-parts': this.readingOnly(key, partly, 'incidents/*'),
      // Whether what lies there still is what was sealed: the one way for a function of ours to read all evidence.
      'read-vault': this.readingWith(key, ['s3:GetObjectVersion', 's3:GetObjectRetention'], 'incidents/*'),
      // A copy, before what it was taken from is deleted: by its version, with no list.
      'read-back': this.readingOnly(key, ['s3:GetObjectVersion'], 'incidents/*'),
      'read-checkpoints': this.readingWith(key, ['s3:GetObjectVersion'], 'checkpoints/*'),
      // To hold longer what lies there. Shortening would take a bypass, which nobody of ours has.
      'extend-locks': { statements: [retention, list], environment: this.where },
    };
  }

  /**
   * A policy of its own is all that a deployment can give a bucket that it did not make: it went with the stack that made the bucket. Lock,
   * versions, encryption and the policy of the key are as they were; the doctor looks. In an account of its own TourniquetVault has given it one.
   */
  private adopted(existing: NonNullable<Existing['vault']>, config: Config): Pick<EvidenceVault, 'bucket' | 'key'> {
    const key = Key.fromKeyArn(this, 'Key', existing.key);
    const attributes = { bucketName: existing.bucket, encryptionKey: key };
    const bucket = Bucket.fromBucketAttributes(this, 'Bucket', attributes);
    if (config.evidence) return { bucket, key };
    // Under the name that a made one's has, so that a stack which adopts its own vault keeps it.
    const { document } = new BucketPolicy(bucket, 'Policy', { bucket });
    document.addStatements(...refusePlain(bucket), refuseTaking(bucket, config));
    return { bucket, key };
  }

  private sealingBelow(below: string, { retentionDays, lock }: Config): Grant {
    const { bucket, key } = this;
    return {
      statements: [
        { actions: ['s3:PutObject', 's3:PutObjectRetention'], resources: [bucket.arnForObjects(below)] },
        // Whoever seals need not read; decrypting would be needed for uploads in parts alone.
        { actions: ['kms:GenerateDataKey'], resources: [key.keyArn] },
      ],
      environment: {
        ...this.where,
        TOURNIQUET_VAULT_KEY: key.keyArn,
        TOURNIQUET_RETENTION_DAYS: String(retentionDays),
        TOURNIQUET_LOCK: lock,
      },
    };
  }

  private readingWith(key: IKey, actions: string[], below: string): Grant {
    const { statements, environment } = this.readingOnly(key, actions, below);
    // The list says which versions are there: the newest may be anybody's, and what is gone is denied without it.
    const list = { actions: ['s3:ListBucketVersions'], resources: [this.bucket.bucketArn] };
    return { statements: [...statements, list], environment };
  }

  private readingOnly({ keyArn }: IKey, actions: string[], below: string): Grant {
    return {
      statements: [
        { actions, resources: [this.bucket.arnForObjects(below)] },
        { actions: ['kms:Decrypt'], resources: [keyArn] },
      ],
      environment: this.where,
    };
  }
}

/**
 * A bucket for evidence and its key, in the account of the stack. Both outlive it. No role of the deployment, in any account, may take from it,
 * loosen its locks, or take its key away.
 */
export function makeVault(scope: Construct, config: Config): { readonly bucket: Bucket; readonly key: Key } {
  const { name, retentionDays, lock } = config;
  const key = new Key(scope, 'Key', {
    description: `Seals the evidence of ${name}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  refuseTampering(key, config);
  const bucket = new Bucket(scope, 'Bucket', {
    objectLockEnabled: true,
    objectLockDefaultRetention: ObjectLockRetention[lock](Duration.days(retentionDays)),
    versioned: true,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    // What another account puts there is the bucket owner's, and only policies give rights (S3 user guide, "Controlling ownership of objects").
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  suppress(
    bucket,
    'S1',
    'Access logs would lie outside of the lock; who read what is in the data events of CloudTrail, where the account has them on',
  );
  bucket.addToResourcePolicy(refuseTaking(bucket, config));
  return { bucket, key };
}

/** No function and no member role of this deployment, in any account, may take evidence away or loosen its lock. */
const refuseTaking = (bucket: AnyBucket, config: Config): PolicyStatement =>
  new PolicyStatement({
    sid: 'NoResponderTampers',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: tampering,
    resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    conditions: { ArnLike: { 'aws:PrincipalArn': anyRoleArn(config, '*') } },
  });

/** As CDK writes it for a bucket that it makes: TLS, and 1.2 at least. */
const refusePlain = (bucket: AnyBucket): PolicyStatement[] =>
  [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': 1.2 } }].map(
    (conditions) =>
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:*'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions,
      }),
  );

import { type App, Aws, BootstraplessSynthesizer, CfnOutput, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import type { HubRight } from '../domain/step.ts';
import { makeVault } from './evidence-vault.ts';
import { named, roleArn } from './names.ts';
import { outputDescription } from './output-words.ts';
import { contractsOf } from './registry.ts';

interface Apart {
  readonly config: Config;
  readonly evidence: NonNullable<Config['evidence']>;
  /** The account whose functions seal. */
  readonly hub: string;
}

/** One way into the vault from the hub. */
interface Way {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs of the bucket, or of what lies below it. */
  readonly on: readonly string[];
  /** Whom it is for; it is what is to be asked of the caller. */
  readonly who: PolicyStatementProps['conditions'];
}

/**
 * The vault in an account of its own. Only what the roles of the hub need there is allowed, role by role, and nobody of the hub is allowed to
 * delete, to bypass a lock or to change a policy: whoever takes over the hub can add evidence, and take none.
 */
export class VaultStack extends Stack {
  constructor(app: App, id: string, { config, evidence, hub }: Apart) {
    const { name, tags, listening, region = listening?.regions[0] } = config;
    super(app, id, {
      stackName: named(name, 'vault'),
      description: `Sealed evidence of Tourniquet in account ${hub}`,
      env: { account: evidence.account, ...(region && { region }) },
      terminationProtection: true,
      suppressTemplateIndentation: true,
      tags,
      // The assertion is about CDK's types alone: they were written without exactOptionalPropertyTypes.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
    });
    const { bucket, key } = makeVault(new Construct(this, 'Vault'), config);
    const inHub = (sid: string, actions: readonly string[], resources: readonly string[], conditions: Way['who']) =>
      new PolicyStatement({
        sid,
        // By a condition on the role: a role as principal that is not there yet is refused, and later turns into a dead id.
        principals: [new AccountPrincipal(hub)],
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      });
    for (const { sid, actions, on, who } of waysIn(bucket, config, hub))
      bucket.addToResourcePolicy(inHub(sid, actions, on, who));
    const { sealing, reading, people } = callers(config, hub);
    // KMS developer guide, "kms:ViaService": for what S3 encrypts, and nothing else.
    const throughS3 = { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } };
    key.addToResourcePolicy(inHub('Seal', ['kms:GenerateDataKey'], ['*'], { ...sealing, ...throughS3 }));
    key.addToResourcePolicy(inHub('Verify', ['kms:Decrypt'], ['*'], { ...reading, ...throughS3 }));
    key.addToResourcePolicy(inHub('ReadAsPeople', ['kms:Decrypt'], ['*'], { ...people, ...throughS3 }));
    key.addToResourcePolicy(inHub('LookAsPeople', ['kms:DescribeKey'], ['*'], people));
    this.put({ VaultName: bucket.bucketName, VaultKeyArn: key.keyArn });
  }

  private put(outputs: Readonly<Record<string, string>>): void {
    for (const [output, value] of Object.entries(outputs))
      new CfnOutput(this, output, { value, description: outputDescription(output) });
  }
}

/** Roles of the hub by what their functions declare. */
function rolesWith(config: Config, hub: string, ...rights: readonly HubRight[]): PolicyStatementProps['conditions'] {
  const names = contractsOf(config).filter((contract) => contract.hub.some((right) => rights.includes(right)));
  return { ArnLike: { 'aws:PrincipalArn': names.map(({ name }) => roleArn(config, name, hub)).toSorted() } };
}

const callers = (config: Config, hub: string) => ({
  sealing: rolesWith(config, hub, 'vault', 'copy'),
  reading: rolesWith(config, hub, 'read-vault', 'read-back', 'read-checkpoints', 'vault-parts'),
  /** Whom the hub's own policies let: `tourniquet policies` prints them. Its functions have the ways that are named for them. */
  people: { ArnNotLike: { 'aws:PrincipalArn': roleArn(config, '*', hub) } },
});

function waysIn(bucket: Bucket, config: Config, hub: string): Way[] {
  const below = (path: string): string[] => [bucket.arnForObjects(path)];
  const of = (...rights: readonly HubRight[]) => rolesWith(config, hub, ...rights);
  const { people } = callers(config, hub);
  const put = ['s3:PutObject', 's3:PutObjectRetention'];
  const inParts = ['s3:AbortMultipartUpload', 's3:GetObjectVersion', 's3:ListMultipartUploadParts'];
  const reads = ['s3:GetObjectVersion', 's3:GetObjectRetention'];
  const shape = [
    's3:GetBucketObjectLockConfiguration',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
  ];
  return [
    { sid: 'Seal', actions: put, on: below('*'), who: of('vault') },
    { sid: 'Copy', actions: put, on: below('copies/*'), who: of('copy') },
    { sid: 'Verify', actions: reads, on: below('incidents/*'), who: of('read-vault') },
    { sid: 'ReadBack', actions: ['s3:GetObjectVersion'], on: below('incidents/*'), who: of('read-back') },
    { sid: 'InParts', actions: inParts, on: below('incidents/*'), who: of('vault-parts') },
    { sid: 'GoOn', actions: ['s3:GetObjectVersion'], on: below('checkpoints/*'), who: of('read-checkpoints') },
    {
      sid: 'Extend',
      actions: ['s3:GetObjectRetention', 's3:PutObjectRetention'],
      on: below('*'),
      who: of('extend-locks'),
    },
    {
      sid: 'List',
      actions: ['s3:ListBucketVersions'],
      on: [bucket.bucketArn],
      who: of('read-vault', 'read-checkpoints', 'extend-locks'),
    },
    { sid: 'ReadAsPeople', actions: reads, on: below('*'), who: people },
    { sid: 'LookAsPeople', actions: ['s3:ListBucketVersions', ...shape], on: [bucket.bucketArn], who: people },
  ];
}

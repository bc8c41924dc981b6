import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import type { Grant } from './grant.ts';
import { named, roleArn } from './names.ts';

/** What would let a role of ours take the key away, or make it say something else. */
const tampering = [
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
];

/**
 * Signs the records. Asymmetric, so that whoever has the public key can check without AWS, and the private one never leaves KMS. It
 * outlives the stack: a record is questioned years later.
 */
export class SealingKey extends Construct {
  readonly key: Key;
  readonly sealing: Grant;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { name } = config;
    this.key = new Key(this, 'Key', {
      description: `Signs the records of ${name}`,
      alias: named(name, 'records'),
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const anywhere = (role: string): string => roleArn(config, role, '*').replace(Aws.PARTITION, '*');
    this.refuse('NoResponderTampers', tampering, { ArnLike: { 'aws:PrincipalArn': anywhere('*') } });
    // Not even an administrator: what people may sign by hand proves nothing.
    this.refuse('OnlySealRecordSigns', ['kms:Sign'], { ArnNotLike: { 'aws:PrincipalArn': anywhere('seal-record') } });
    // KMS developer guide, "AWS KMS condition keys": the digest of a manifest, signed in the one way that openssl is told of.
    const conditions = {
      StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' },
    };
    const resources = [this.key.keyArn];
    this.sealing = {
      statements: [
        { actions: ['kms:Sign'], resources, conditions },
        { actions: ['kms:GetPublicKey'], resources },
      ],
      environment: { TOURNIQUET_SEALING_KEY: this.key.keyArn },
    };
  }

  private refuse(sid: string, actions: string[], conditions: Record<string, Record<string, string>>): void {
    const everybody = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: ['*'] };
    this.key.addToResourcePolicy(new PolicyStatement({ sid, actions, conditions, ...everybody }));
  }
}

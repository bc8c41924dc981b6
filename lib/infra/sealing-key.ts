import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import type { Grant } from './grant.ts';
import { refuseTampering } from './lasting-key.ts';
import { anyRoleArn, named } from './names.ts';

/** The functions that sign: records, and checkpoints of all of them. */
const signers = ['seal-record', 'seal-checkpoint'];

/**
 * Signs the records. Asymmetric, so that whoever has the public key can check without AWS, and the private one never leaves KMS. It
 * outlives the stack: a record is questioned years later.
 */
export class SealingKey extends Construct {
  readonly key: IKey;
  readonly sealing: Grant;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { name, existing } = config;
    this.key = existing.sealingKey ? Key.fromKeyArn(this, 'Key', existing.sealingKey) : this.made(config);
    this.key.addAlias(named(name, 'records'));
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

  private made(config: Config): Key {
    const key = new Key(this, 'Key', {
      description: `Signs the records of ${config.name}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    refuseTampering(key, config);
    key.addToResourcePolicy(refuseSigning(config));
    return key;
  }
}

/** Not even an administrator signs: what people may sign by hand proves nothing. */
const refuseSigning = (config: Config): PolicyStatement =>
  new PolicyStatement({
    sid: 'OnlySealersSign',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['kms:Sign'],
    resources: ['*'],
    conditions: { ArnNotLike: { 'aws:PrincipalArn': signers.map((one) => anyRoleArn(config, one)) } },
  });

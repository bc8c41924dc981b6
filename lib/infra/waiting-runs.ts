import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';

/** Runs that wait for a person: their task tokens lie in the table only encrypted, and few functions can use one. */
export class WaitingRuns extends Construct {
  readonly asking: Grant;
  readonly deciding: Grant;

  constructor(scope: Construct, id: string, machines: readonly string[]) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'Encrypts the task tokens of waiting runs',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const environment = { TOURNIQUET_TOKEN_KEY: key.keyArn };
    this.asking = { statements: [{ actions: ['kms:Encrypt'], resources: [key.keyArn] }], environment };
    this.deciding = {
      statements: [
        { actions: ['kms:Decrypt'], resources: [key.keyArn] },
        { actions: ['states:SendTaskSuccess'], resources: [...machines] },
      ],
      environment,
    };
  }
}

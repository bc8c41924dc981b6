import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';

/** Where people are told who have no Slack, and where every alarm goes. */
export class Pager extends Construct {
  readonly topic: Topic;
  readonly publishing: Grant;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    // A key of its own: with alias/aws/sns CloudWatch may not publish, and its key policy cannot be changed (SNS guide, key management).
    const key = new Key(this, 'Key', {
      description: `Encrypts what ${name} publishes`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const alarms = (...actions: string[]) => ({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
    key.addToResourcePolicy(new PolicyStatement({ ...alarms('kms:Decrypt', 'kms:GenerateDataKey'), resources: ['*'] }));
    this.topic = new Topic(this, 'Topic', { displayName: name, masterKey: key, enforceSSL: true });
    // A topic policy of one's own replaces the default one, which let the account's alarms publish.
    this.topic.addToResourcePolicy(new PolicyStatement({ ...alarms('sns:Publish'), resources: [this.topic.topicArn] }));
    this.publishing = {
      statements: [
        { actions: ['sns:Publish'], resources: [this.topic.topicArn] },
        { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key.keyArn] },
      ],
      environment: { TOURNIQUET_TOPIC: this.topic.topicArn },
    };
  }
}

import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import { ruleArn } from './names.ts';

const using = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] };

/** Where people are told who have no Slack, and where every alarm and every failed run goes. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;
  readonly publishing: Grant;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    // A key of its own: with alias/aws/sns CloudWatch may not publish, and its key policy cannot be changed (SNS guide, key management).
    this.key = new Key(this, 'Key', {
      description: `Encrypts what ${name} publishes`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', { displayName: name, masterKey: this.key, enforceSSL: true });
    const publish = { actions: ['sns:Publish'], resources: [this.topic.topicArn] };
    const alarms = { principals: [new ServicePrincipal('cloudwatch.amazonaws.com')] };
    const ours = { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } };
    // A topic policy of one's own replaces the default one, which let the account's alarms publish.
    this.topic.addToResourcePolicy(new PolicyStatement({ ...alarms, ...publish, ...ours }));
    this.key.addToResourcePolicy(new PolicyStatement({ ...alarms, ...using, ...ours }));
    const rules = { principals: [new ServicePrincipal('events.amazonaws.com')] };
    const byRules = { conditions: { ArnLike: { 'aws:SourceArn': ruleArn(name, '*') } } };
    this.topic.addToResourcePolicy(new PolicyStatement({ ...rules, ...publish, ...byRules }));
    // In a key's policy such conditions are "not supported for EventBridge-to-encrypted topics" (SNS guide, key management).
    this.key.addToResourcePolicy(new PolicyStatement({ ...rules, ...using }));
    this.publishing = {
      statements: [
        { actions: ['sns:Publish'], resources: [this.topic.topicArn] },
        { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [this.key.keyArn] },
      ],
      environment: { TOURNIQUET_TOPIC: this.topic.topicArn },
    };
  }
}

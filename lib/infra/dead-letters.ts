import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ruleArn } from './names.ts';
import { suppress } from './suppressions.ts';

/** What could not be delivered, or failed for good with nobody waiting for it; kept as long as SQS keeps anything: 14 days. */
export function deadLetters(scope: Construct, name: string, queueName?: string): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    ...(queueName && { queueName }),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // One statement for all rules: SQS takes 20 in a policy, and each rule of its own would make one.
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': ruleArn(name, '*') } },
    }),
  );
  suppress(queue, 'SQS3', 'It is the dead-letter queue');
  return queue;
}

import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import { forwarderLetters, heardPartition, heartbeat } from '../domain/heartbeat.ts';
import type { Grant } from './grant.ts';
import { named, ruleArn } from './names.ts';
import { callableByRules, delivery } from './rule.ts';
import { ruleParts } from './rule-names.ts';
import { serviceRole } from './service-role.ts';

/** Two hours and a half before the daily check, in UTC. */
const when = 'cron(47 1 * * ? *)';

const pattern = (name: string) => ({
  source: [heartbeat.source],
  detailType: [heartbeat.detailType],
  detail: { deployment: [name] },
});

interface Sending {
  /** The deployment's. */
  readonly name: string;
  readonly letters: IQueue;
}

/**
 * Puts a heartbeat onto the account's own bus once a day. A rule of the forwarder sends it on, as it sends everything else: what the hub
 * hears has gone the whole way.
 */
export function sendHeartbeat(scope: Construct, { name, letters }: Sending): void {
  const bus = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`;
  const statements = [
    { actions: ['events:PutEvents'], resources: [bus] },
    { actions: ['sqs:SendMessage'], resources: [letters.queueArn] },
  ];
  const role = serviceRole(scope, 'Heart', 'scheduler', named(name, `alive-${Aws.REGION}`), statements);
  new CfnSchedule(scope, 'Heartbeat', {
    name: named(name, 'forwarder-alive'),
    description: 'Says once a day that the forwarder is alive',
    scheduleExpression: when,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: bus,
      roleArn: role.roleArn,
      eventBridgeParameters: { source: heartbeat.source, detailType: heartbeat.detailType },
      input: JSON.stringify({ deployment: name }),
      deadLetterConfig: { arn: letters.queueArn },
    },
  });
}

interface Passing {
  /** The deployment's. */
  readonly name: string;
  readonly part: string;
  readonly target: IRuleTarget;
}

/** The rule for it: in a forwarder it sends to the hub's bus, in the hub it calls a function. */
export function heartbeatRule(scope: Construct, id: string, { name, part, target }: Passing): void {
  new Rule(scope, id, {
    ruleName: named(name, part),
    description: 'Forwarders that say they are alive',
    eventPattern: pattern(name),
    targets: [target],
  });
}

interface Hearing {
  /** The deployment's. */
  readonly name: string;
  readonly hearing: LambdaFunction;
  readonly deadLetters: IQueue;
}

/** Has the hub note which forwarders it hears. */
export function hearForwarders(scope: Construct, { name, hearing, deadLetters }: Hearing): void {
  callableByRules(hearing, name);
  heartbeatRule(scope, 'ForwardersAlive', {
    name,
    part: ruleParts.alive,
    target: delivery(hearing.functionArn, deadLetters),
  });
}

/** To note when a forwarder was heard, and nothing else (DynamoDB guide, "Using IAM policy conditions"): every member account can call it. */
export const noting = ({ tableArn, tableName }: Pick<Table, 'tableArn' | 'tableName'>): Grant => ({
  statements: [
    {
      actions: ['dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [heardPartition] } },
    },
  ],
  environment: { TOURNIQUET_TABLE: tableName },
});

/** To look at the hub's rules, and at how much lies in the queue of each forwarder, which lets this one role in. */
export function watching({ name, listening }: Config): Grant {
  const queues = `arn:${Aws.PARTITION}:sqs:*:*:${forwarderLetters(name)}`;
  return {
    statements: [
      // The list knows no resource (Service Authorization Reference, Amazon EventBridge).
      { actions: ['events:ListRules'], resources: ['*'] },
      { actions: ['events:ListTargetsByRule'], resources: [ruleArn(name, '*')] },
      ...(listening ? [{ actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'], resources: [queues] }] : []),
    ],
    environment: {},
  };
}

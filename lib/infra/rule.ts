import { Duration } from 'aws-cdk-lib';
import {
  CfnRule,
  type IRuleTarget,
  Rule,
  type EventPattern as RulePattern,
  type RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { type IRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { EventPattern } from '../routing/patterns.ts';
import { named, ruleArn } from './names.ts';
import { digestOf } from './rule-names.ts';

/** How long EventBridge tries to deliver before it gives up and leaves a dead letter: its own maximum. */
const retryPolicy = { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 };

/**
 * A target whose dead letters the queue's own policy lets in. CDK's targets add a statement to that policy for every rule, and SQS takes
 * 20 (SQS developer guide, "Amazon SQS policy quotas"); the same with permissions to call a function.
 */
export const delivery = (arn: string, deadLetters: IQueue, role?: IRole): IRuleTarget => ({
  bind: () => ({ arn, deadLetterConfig: { arn: deadLetters.queueArn }, retryPolicy, ...(role && { role }) }),
});

/** A target that gets this in place of the event. */
export const saying = (input: RuleTargetInput, target: IRuleTarget): IRuleTarget => ({
  bind: (rule, id) => ({ ...target.bind(rule, id), input }),
});

/** Lets every rule of the deployment call a function. */
export function callableByRules(called: LambdaFunction, name: string): void {
  new CfnPermission(called, 'Rules', {
    action: 'lambda:InvokeFunction',
    functionName: called.functionArn,
    principal: new ServicePrincipal('events.amazonaws.com').service,
    sourceArn: ruleArn(name, '*'),
  });
}

/** A pattern as CDK wants it; its `detail-type` takes texts only, and ours are. */
export const forRule = ({ source, 'detail-type': detailType, detail }: EventPattern): RulePattern => ({
  source: [...source],
  detailType: detailType.map(String),
  detail,
});

interface Deliveries {
  /** The deployment's. */
  readonly name: string;
  /** What its rules' names have in common. */
  readonly part: string;
  readonly description: string;
  readonly patterns: readonly EventPattern[];
  readonly target: IRuleTarget;
  /** Calls that only read are delivered too. Left out: those that change something. */
  readonly calls?: 'reading too';
}

/** One rule a pattern, named after what it matches. */
export function deliver(scope: Construct, { name, part, description, patterns, target, calls }: Deliveries): void {
  for (const pattern of patterns) {
    const digest = digestOf(pattern);
    const ruleName = named(name, `${part}-${digest}`);
    const shown = { ruleName, description, eventPattern: forRule(pattern), targets: [target] };
    const { defaultChild } = new Rule(scope, `Rule${digest}`, shown).node;
    // CDK's rule knows on and off alone.
    if (calls && defaultChild instanceof CfnRule) defaultChild.state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  }
}

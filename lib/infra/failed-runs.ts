import { Aws } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { named } from './names.ts';
import { callableByRules, delivery, saying } from './rule.ts';
import { failedRunRules, perRule } from './rule-names.ts';

interface FailedRunsProps {
  /** The deployment's. */
  readonly name: string;
  /** Of its playbooks, by name. */
  readonly playbooks: readonly string[];
  readonly reporting: LambdaFunction;
  readonly topic: ITopic;
  readonly deadLetters: IQueue;
}

const field = EventField.fromPath;

/** Not what went in nor what was thrown: both may hold what nobody should read in a mailbox. */
const inCase = RuleTargetInput.fromText(
  `The run ${field('$.detail.name')} of ${field('$.detail.stateMachineArn')} ended as ${field('$.detail.status')}. What it means follows in a message of its own; if none comes, look at the run in Step Functions.`,
);

/** What the function reads; the event itself, with input and output, would lie among the dead letters for 14 days if the function failed. */
const told = RuleTargetInput.fromObject({
  detail: {
    executionArn: field('$.detail.executionArn'),
    stateMachineArn: field('$.detail.stateMachineArn'),
    name: field('$.detail.name'),
    status: field('$.detail.status'),
  },
});

/** A run that failed, was stopped or took too long: a function says where and of which incident, and the topic is told in case it cannot. */
export function failedRuns(
  scope: Construct,
  { name, playbooks, reporting, topic, deadLetters }: FailedRunsProps,
): void {
  callableByRules(reporting, name);
  // Each machine by its whole name: what theirs begin with, those of a deployment with a longer name begin with too.
  for (const [at, ruleName] of failedRunRules(playbooks).entries()) {
    const some = playbooks.slice(at * perRule, (at + 1) * perRule);
    new Rule(scope, at === 0 ? 'FailedRuns' : `FailedRuns${at + 1}`, {
      ruleName: named(name, ruleName),
      description: 'Runs that failed, were stopped or took too long',
      eventPattern: {
        source: ['aws.states'],
        // Ours: what another account forwards may say anything.
        account: [Aws.ACCOUNT_ID],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: some.map((playbook) => ({ suffix: `:${named(name, playbook)}` })),
        },
      },
      targets: [
        saying(told, delivery(reporting.functionArn, deadLetters)),
        saying(inCase, delivery(topic.topicArn, deadLetters)),
      ],
    });
  }
}

import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { named } from './names.ts';
import { callableByRules, delivery } from './rule.ts';
import { ruleParts } from './rule-names.ts';

/** Not on the hour, when everybody's timers go off; in UTC. */
const when = { hour: '4', minute: '17' };

/** Calls functions once a day. A call that could not be made, or failed for good, is a dead letter. */
export function daily(scope: Construct, name: string, called: readonly LambdaFunction[], deadLetters: IQueue): void {
  for (const one of called) callableByRules(one, name);
  new Rule(scope, 'Daily', {
    ruleName: named(name, ruleParts.daily),
    description: 'Once a day',
    schedule: Schedule.cron(when),
    targets: called.map(({ functionArn }) => delivery(functionArn, deadLetters)),
  });
}

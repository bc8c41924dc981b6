import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as Call } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { patience } from './rule.ts';

/** Not on the hour, when everybody's timers go off; in UTC. */
const when = { hour: '4', minute: '17' };

/** Calls a function once a day. A call that fails pages through the function's own alarm. */
export function daily(scope: Construct, id: string, called: LambdaFunction): void {
  const description = 'Once a day';
  new Rule(scope, id, { description, schedule: Schedule.cron(when), targets: [new Call(called, patience)] });
}

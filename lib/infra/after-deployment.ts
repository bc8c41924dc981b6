import { Aws } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { stackChanged } from '../domain/deployed.ts';
import { named } from './names.ts';
import { delivery } from './rule.ts';
import { ruleParts } from './rule-names.ts';

/**
 * Calls a function once this stack was deployed: CloudFormation says so by an event (CloudFormation user guide, "Managing events with
 * CloudFormation and Amazon EventBridge", stack status change). What is missed that way is found by the daily call.
 */
export function afterDeployment(scope: Construct, name: string, called: LambdaFunction, deadLetters: IQueue): void {
  new Rule(scope, 'Deployed', {
    ruleName: named(name, ruleParts.deployed),
    description: 'After a deployment of this stack',
    eventPattern: {
      source: ['aws.cloudformation'],
      detailType: [stackChanged],
      detail: { 'stack-id': [Aws.STACK_ID], 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } },
    },
    targets: [delivery(called.functionArn, deadLetters)],
  });
}

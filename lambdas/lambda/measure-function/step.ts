import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction, withQualifiers } from '../lambda-function/target.ts';

const role = (target: LambdaFunction): string[] => (target.role ? [target.role.arn] : []);

export const measureFunction = defineStep({
  name: 'measure-function',
  title: 'Measure who depends on the function',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: how often it runs, what invokes it, and what waits or is lost while it is stopped.',
  target: LambdaFunction,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [
    allow('cloudwatch:GetMetricStatistics'),
    allow('lambda:ListEventSourceMappings'),
    allow('lambda:ListAliases', functionArns),
    allow('lambda:GetPolicy', withQualifiers),
    allow('lambda:ListFunctionUrlConfigs', functionArns),
    allow('lambda:ListProvisionedConcurrencyConfigs', functionArns),
    allow('lambda:GetFunctionConfiguration', functionArns),
    allow('lambda:GetFunctionEventInvokeConfig', functionArns),
    allow('iam:GetRole', role),
  ],
});

import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction, withQualifiers } from '../lambda-function/target.ts';

export const recordFunction = defineStep({
  name: 'record-function',
  title: 'Record code, configuration, policies, layers and triggers',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only; hashed and sealed in the evidence vault. The secrets in its environment lie there and are shown nowhere else.',
  target: LambdaFunction,
  result: Recorded,
  outcomes: recordedOutcomes,
  within: 120,
  hub: ['vault'],
  permissions: [
    allow('lambda:GetFunction', functionArns),
    allow('lambda:ListVersionsByFunction', functionArns),
    allow('lambda:ListAliases', functionArns),
    allow('lambda:GetPolicy', withQualifiers),
    allow('lambda:ListEventSourceMappings'),
    allow('lambda:ListFunctionUrlConfigs', functionArns),
    allow('lambda:ListFunctionEventInvokeConfigs', functionArns),
    allow('lambda:GetLayerVersion', ({ layers }: LambdaFunction) => layers),
  ],
});

import { Measured } from '../../../lib/domain/measured.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction } from '../lambda-function/target.ts';

export const measureVersions = defineStep({
  name: 'measure-versions',
  title: 'Measure which versions the aliases run',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: which code each alias runs, from when it is, and which it would run.',
  target: LambdaFunction,
  result: Measured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [allow('lambda:ListAliases', functionArns), allow('lambda:ListVersionsByFunction', functionArns)],
});

import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction, withQualifiers } from '../lambda-function/target.ts';

export const Concurrency = z.object({
  /** Reserved; null for none, which is not 0: without one the function may use what the account has left. */
  reserved: z.number().int().nonnegative().nullable(),
  /** Provisioned, as asked for, by version or alias. What was recorded before this was read has none. */
  provisioned: z.record(z.string(), z.number().int().positive()).default({}),
});
export type Concurrency = z.infer<typeof Concurrency>;

export const stopFunction = defineLever({
  name: 'stop-function',
  title: 'Stop the function',
  phase: 'contain',
  csf: 'RS.MI-01',
  // Lambda guide, "Configuring provisioned concurrency for a function": a function has no more of it than it has reserved.
  effect:
    'No run starts any more, of any version or alias. Provisioned concurrency of its versions and aliases is removed first, since Lambda reserves no less than that. Runs under way go on until their timeout, 15 minutes at most. Asynchronous events wait for up to six hours and are dropped then, unless the function has a dead-letter queue or a destination.',
  undo: 'The reserved concurrency is set as it was, or removed where there was none, and the same provisioned concurrency is asked for again: Lambda takes minutes until it is ready, and runs start slower meanwhile. Events that were dropped do not come back.',
  stands: { held: 'function stopped', open: 'function still runs' },
  target: LambdaFunction,
  beforeState: Concurrency,
  look: [
    allow('lambda:GetFunctionConcurrency', functionArns),
    allow('lambda:ListProvisionedConcurrencyConfigs', functionArns),
  ],
  apply: {
    permissions: [
      allow('lambda:DeleteProvisionedConcurrencyConfig', withQualifiers),
      allow('lambda:PutFunctionConcurrency', functionArns),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('lambda:PutFunctionConcurrency', functionArns),
      allow('lambda:DeleteFunctionConcurrency', functionArns),
      allow('lambda:PutProvisionedConcurrencyConfig', withQualifiers),
      // What somebody has provisioned meanwhile, once a person agreed to that.
      allow('lambda:DeleteProvisionedConcurrencyConfig', withQualifiers),
    ],
    within: 60,
  },
});

import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction } from '../lambda-function/target.ts';

/** Reserved concurrency; null for none, which is not 0: without one the function may use what the account has left. */
export const Concurrency = z.object({ reserved: z.number().int().nonnegative().nullable() });
export type Concurrency = z.infer<typeof Concurrency>;

export const stopFunction = defineLever({
  name: 'stop-function',
  title: 'Stop the function',
  phase: 'contain',
  csf: 'RS.MI-01',
  // Lambda guide, "Configuring provisioned concurrency for a function": a function has no more of it than it has reserved.
  effect:
    'No run starts any more, of any version or alias. Runs under way go on until their timeout, 15 minutes at most. Asynchronous events wait for up to six hours and are dropped then, unless the function has a dead-letter queue or a destination. While a version or an alias has provisioned concurrency, Lambda refuses to reserve less than that, and the function goes on.',
  undo: 'The reserved concurrency is set as it was, or removed where there was none. Events that were dropped do not come back.',
  stands: { held: 'function stopped', open: 'function still runs' },
  target: LambdaFunction,
  beforeState: Concurrency,
  look: [allow('lambda:GetFunctionConcurrency', functionArns)],
  apply: { permissions: [allow('lambda:PutFunctionConcurrency', functionArns)], within: 60 },
  release: {
    permissions: [
      allow('lambda:PutFunctionConcurrency', functionArns),
      allow('lambda:DeleteFunctionConcurrency', functionArns),
    ],
    within: 60,
  },
});

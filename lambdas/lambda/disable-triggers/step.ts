import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { functionArns, LambdaFunction, mappingArns, withQualifiers } from '../lambda-function/target.ts';

export const Triggers = z.object({
  /** Event source mappings by id. */
  mappings: z.record(z.string(), z.enum(['Enabled', 'Disabled'])),
  /** Statements by Sid, as JSON, of the policy of the function (`$LATEST`) and of each alias; empty: it has no policy. */
  policies: z.record(z.string(), z.record(z.string(), z.string())),
});
export type Triggers = z.infer<typeof Triggers>;

export const disableTriggers = defineLever({
  name: 'disable-triggers',
  title: 'Disable the triggers of the function',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Event sources are no longer read, and the statements by which services, other accounts and the public may invoke the function or its aliases are removed; its URL answers nobody without them. Queues and streams keep what comes as long as their retention. Who may invoke it by an own policy in this account still can, and so can a policy of a single version: stopping the function covers those.',
  undo: 'The same statements are added and the same event sources enabled; what waits in queues and streams is processed then.',
  stands: { held: 'triggers disabled', open: 'triggers still enabled' },
  target: LambdaFunction,
  beforeState: Triggers,
  look: [
    allow('lambda:ListEventSourceMappings'),
    allow('lambda:ListAliases', functionArns),
    allow('lambda:GetPolicy', withQualifiers),
  ],
  apply: {
    permissions: [
      allow('lambda:UpdateEventSourceMapping', mappingArns),
      allow('lambda:RemovePermission', withQualifiers),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('lambda:UpdateEventSourceMapping', mappingArns),
      allow('lambda:AddPermission', withQualifiers),
      // What somebody has put in place of one meanwhile, once a person agreed to that.
      allow('lambda:RemovePermission', withQualifiers),
    ],
    within: 60,
  },
});

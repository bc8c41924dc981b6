import * as z from 'zod';
import { defineStep } from '../../../lib/domain/step.ts';
import { Person } from '../person/target.ts';

export const ProviderTaskFiled = z.object({ outcome: z.enum(['filed', 'would-file']) });
export type ProviderTaskFiled = z.infer<typeof ProviderTaskFiled>;

export const taskIdentityProvider = defineStep({
  name: 'task-identity-provider',
  title: 'File the task for the owner of the identity provider',
  phase: 'inform',
  csf: 'RS.CO-02',
  effect: 'Posts what the owner of the identity provider has to do; nothing is changed there automatically.',
  target: Person,
  result: ProviderTaskFiled,
  outcomes: { filed: 'good', 'would-file': 'observed' },
  within: 30,
  hub: ['slack', 'notify'],
  permissions: [],
});

import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance } from '../instance/target.ts';
import { runningCommands } from '../run-command.ts';

export const LiveFacts = z.object({
  /** `partly-read`: not all of it, or not its command lines, lies in the vault. `not-managed`: there is nobody to ask, or the configuration says not to. */
  outcome: z.enum(['read', 'partly-read', 'not-managed', 'not-read', 'would-read']),
  evidence: z.array(Custody),
  /** How much of what there is, as counted on the instance. */
  facts: z.array(z.string()),
  because: z.string().optional(),
});
export type LiveFacts = z.infer<typeof LiveFacts>;

export const readLiveFacts = defineStep({
  name: 'read-live-facts',
  title: 'Read processes, sockets and log-ins on the instance',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Through Systems Manager, where it manages the instance: a script as root that only reads processes, sockets, log-ins, mounts, kernel modules, scheduled jobs and containers. What it read goes from the instance straight into the vault; only counts come back. Anyone who watches the instance sees it run, and a rooted one may lie to it.',
  target: Instance,
  result: LiveFacts,
  outcomes: {
    read: 'good',
    'partly-read': 'attention',
    'not-managed': 'good',
    'not-read': 'attention',
    'would-read': 'observed',
  },
  within: 60,
  hub: ['vault'],
  permissions: runningCommands,
});

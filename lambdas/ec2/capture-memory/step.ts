import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance } from '../instance/target.ts';
import { runningCommands } from '../run-command.ts';

export const Memory = z.object({
  /**
   * `cut-short`: some of it lies in the vault. `not-checked`: all that the tool wrote does, but nothing in it says whether that is whole. `not-wanted`: the
   * configuration names no tool for it. `not-managed`: there is nobody to ask.
   */
  outcome: z.enum([
    'captured',
    'cut-short',
    'not-checked',
    'not-captured',
    'not-managed',
    'not-wanted',
    'would-capture',
  ]),
  evidence: z.array(Custody),
  /** How much of it there is, and whether it is whole. */
  facts: z.array(z.string()),
  because: z.string().optional(),
});
export type Memory = z.infer<typeof Memory>;

export const captureMemory = defineStep({
  name: 'capture-memory',
  title: 'Copy the memory of the instance into the vault',
  phase: 'preserve',
  csf: 'RS.AN-07',
  effect:
    'Where the configuration names a tool for it and Systems Manager manages the instance: that tool, by its SHA-256, runs there as root from memory and never from the disk, and what it writes goes in parts straight into the vault. It takes minutes, some of the memory and much of the network; the quarantine ends it, and so does capMinutes. Anyone who watches the instance sees it run, and a rooted one may lie to it.',
  target: Instance,
  result: Memory,
  outcomes: {
    captured: 'good',
    'cut-short': 'attention',
    'not-checked': 'attention',
    'not-captured': 'attention',
    'not-managed': 'good',
    'not-wanted': 'good',
    'would-capture': 'observed',
  },
  within: 300,
  hub: ['vault', 'vault-parts', 'read-tools', 'read-incident'],
  permissions: runningCommands,
});

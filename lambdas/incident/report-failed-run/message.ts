import { context, escaped, header, list, type Message, section } from '../../runtime/blocks.ts';

/** How a run can end without its report. */
export type Ending = 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export const wordFor: Readonly<Record<Ending, string>> = {
  FAILED: 'failed',
  TIMED_OUT: 'took too long',
  ABORTED: 'was stopped',
};

export interface FailedRun {
  readonly run: string;
  /** Name of the state machine. */
  readonly machine: string;
  readonly status: Ending;
  /** Null where the run opened or joined no incident. */
  readonly incident: string | null;
  /** Null where it could not be read. */
  readonly state: string | null;
  /** Whether its finding lies among the dead letters. */
  readonly letter?: 'left' | null;
}

const stepsFor = (incident: string): string[] => [
  `\`tourniquet incident ${incident}\` shows what was done, and what was not.`,
  `\`tourniquet release ${incident} --reason …\` puts back what was changed.`,
];

const again =
  'Fix the cause, which is in the history of the run. Then `tourniquet dead-letters redrive` answers the finding again.';

/** Never what went into the run, nor the cause it failed with: both may hold what nobody should read in a channel. */
export function failedRunMessage({ run, machine, status, incident, state, letter = null }: FailedRun): Message {
  const head = `🔴 A run ${wordFor[status]}: ${incident ?? machine}`;
  const where = state ? ` at “${state}”` : '';
  const half = incident
    ? 'The incident may be half done.'
    : 'It belongs to no incident yet: the finding may be unanswered.';
  return {
    text: `${head}. ${machine} ${wordFor[status]}${where}. ${half}`,
    blocks: [
      header(head),
      section(`*Playbook* ${escaped(machine)}\n*State* ${escaped(state ?? 'unknown')}\n*Run* ${escaped(run)}`),
      section(half),
      ...list(
        'Next',
        incident ? stepsFor(incident) : [letter ? again : 'Look at the run in Step Functions, then at the finding.'],
      ),
      context('Why it failed is in the history of the run, in Step Functions.'),
    ],
  };
}

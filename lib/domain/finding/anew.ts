import { isMended } from './blinding.ts';
import { type Finding, isSequence } from './finding.ts';

/** What makes a key useless, and is taken back by itself each time. */
const againstKeys = ['kms:ScheduleKeyDeletion', 'kms:DisableKey'];

const isKeptKey = ({ call, nature, targets: [first] }: Pick<Finding, 'call' | 'nature' | 'targets'>): boolean =>
  nature === 'attack' && first?.kind === 'key' && againstKeys.includes(call ?? '');

/** Why what a run does by itself is done once more for a finding that its incident has answered, in words; null where it is not. */
export function whyAnew(finding: Pick<Finding, 'type' | 'nature' | 'targets' | 'call'>): string | null {
  if (isMended(finding) || isKeptKey(finding)) return 'what was done by itself is undone';
  return isSequence(finding) ? 'the sequence may name more than before' : null;
}

import { isMended } from './blinding.ts';
import { type Finding, isSequence } from './finding.ts';

/** Why what a run does by itself is done once more for a finding that its incident has answered, in words; null where it is not. */
export function whyAnew(finding: Pick<Finding, 'type' | 'nature' | 'targets'>): string | null {
  if (isMended(finding)) return 'what was done by itself is undone';
  return isSequence(finding) ? 'the sequence may name more than before' : null;
}

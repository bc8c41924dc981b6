import type { Act } from './act.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Meaning } from './outcome.ts';
import { OperationName, type Phase } from './step.ts';

/**
 * How entries and receipts of earlier versions are read, which carry no `act` and no `means`: the only place where words are read back.
 * Their steps and outcomes are a closed set, so nothing here grows. Of which target such a failure was, nobody wrote down.
 */
const phases: Readonly<Record<string, Phase>> = {
  'measure-blast-radius': 'observe',
  'list-principal-changes': 'observe',
  'list-assignments': 'observe',
  'read-login-profile': 'observe',
  'audit-root-credentials': 'observe',
  'record-instance': 'preserve',
  'snapshot-volumes': 'preserve',
  'protect-from-termination': 'preserve',
  'trace-role-chain': 'preserve',
  'delete-login-profile': 'eradicate',
  'remove-created-credentials': 'eradicate',
  'delete-root-credentials': 'eradicate',
  'open-obligations': 'inform',
  'file-report-task': 'inform',
  'task-identity-provider': 'inform',
  'seal-record': 'record',
};

type Words = Pick<LedgerEntry, 'kind' | 'what' | 'act'>;

/** What an entry says was done, or failed; null of one that is about something else. */
export function actOf({ kind, what, act }: Words): Act | null {
  if (act) return act;
  if (kind !== 'step' && kind !== 'failure') return null;
  const [step = '', operation] = what.split(': ');
  // All other steps were levers of containment.
  return { step, operation: OperationName.catch('run').parse(operation), phase: phases[step] ?? 'contain', of: '' };
}

/** What an outcome means, where the record that has it does not say so itself. */
export function meaningOf(outcome: string, means: Meaning | undefined): Meaning {
  if (means) return means;
  if (outcome.startsWith('would-')) return 'observed';
  return /^(failed|refused|partly-|not-(?!applicable)|taken-not-locked|reapplied)/.test(outcome) ? 'attention' : 'good';
}

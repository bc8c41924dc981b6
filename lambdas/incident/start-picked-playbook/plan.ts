import type { Approval } from '../../../lib/domain/approval.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Named } from '../../../lib/domain/named.ts';
import { type Answered, type Candidate, inMode, words } from '../responses.ts';
import type { PickedStarted } from './step.ts';

type Decided = Pick<Approval, 'state' | 'picks' | 'offers' | 'decisions'>;

/** Playbooks that the run's approvals say a person has picked, of what was offered. */
export function pickedIn(approvals: readonly Decided[]): string[] {
  const decided = approvals.filter(({ state, picks }) => state === 'APPROVED' && picks);
  const names = decided.flatMap(({ offers, decisions }) => {
    const offered = (offers ?? []).map(({ name }) => name);
    return decisions.flatMap(({ levers = [] }) => levers).filter((name) => offered.includes(name));
  });
  return [...new Set(names)];
}

/** What the run is about, once for each playbook. */
export const candidatesAmong = (one: Named | undefined, picked: readonly string[]): Candidate[] =>
  one ? picked.map((playbook) => ({ one, playbook, because: '' })) : [];

/** What is reported of it. */
export function resultOf(picked: readonly string[], all: readonly Answered[], mode: Mode): PickedStarted {
  const answered = inMode(all, mode);
  if (picked.length === 0) return { outcome: 'none-picked', answered: [], because: 'a person does it by hand' };
  if (answered.length === 0)
    return {
      outcome: 'not-started',
      answered: [],
      because: `the finding names nothing that ${picked.join(', ')} can work on`,
    };
  const because = answered.map(words).join('; ');
  if (mode === 'observe') return { outcome: 'would-start', answered, because };
  return { outcome: answered.some(({ outcome }) => outcome === 'left') ? 'not-started' : 'started', answered, because };
}

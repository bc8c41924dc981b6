import { playbookOfHolder } from '../../../lib/domain/answering.ts';
import type { Mode } from '../../../lib/domain/authority.ts';
import type { Named } from '../../../lib/domain/named.ts';
import { type Answered, type Candidate, inMode, words } from '../responses.ts';
import type { PrincipalsAnswered } from './step.ts';

/** Who acted, with the playbook that fits each. */
export const candidatesAmong = (acted: readonly Named[]): Candidate[] =>
  acted.map((one) => ({
    one,
    playbook: playbookOfHolder(one.principal),
    because: 'no playbook contains such a one: find out by hand who is behind it',
  }));

/** What is reported of it. */
export function resultOf(answered: readonly Answered[], mode: Mode): PrincipalsAnswered {
  const actors = inMode(answered, mode);
  const because = actors.map(words).join('; ');
  if (actors.length === 0)
    return {
      outcome: 'nobody-named',
      actors,
      because: 'the finding names nobody who acted: CloudTrail may show who it was',
    };
  if (mode === 'observe') return { outcome: 'would-start', actors, because };
  return { outcome: actors.some(({ outcome }) => outcome === 'left') ? 'partly-started' : 'started', actors, because };
}

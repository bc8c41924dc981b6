import { run } from './program.ts';
import { suggest } from './suggest.ts';
import { exitCodes, type Verb } from './verb.ts';

const list = [
  // One line a verb, in the order of the help.
  import('../verbs/incidents.ts'),
  import('../verbs/incident.ts'),
  import('../verbs/explain.ts'),
  import('../verbs/timeline.ts'),
  import('../verbs/approve.ts'),
  import('../verbs/decline.ts'),
  import('../verbs/take-over.ts'),
  import('../verbs/release.ts'),
  import('../verbs/close.ts'),
  import('../verbs/mode.ts'),
  import('../verbs/settings.ts'),
  import('../verbs/authority.ts'),
  import('../verbs/doctor.ts'),
  import('../verbs/dead-letters.ts'),
  import('../verbs/restore.ts'),
  import('../verbs/clock.ts'),
  import('../verbs/report.ts'),
  import('../verbs/fact.ts'),
  import('../verbs/claim.ts'),
  import('../verbs/filed.ts'),
  import('../verbs/withdraw.ts'),
  import('../verbs/transfer.ts'),
  import('../verbs/export.ts'),
  import('../verbs/verify.ts'),
  import('../verbs/memory.ts'),
  import('../verbs/retention.ts'),
  import('../verbs/policies.ts'),
  import('../verbs/destroy.ts'),
  import('../verbs/completion.ts'),
];

/** Every verb there is, in the order of the help. */
export const everyVerb = async (): Promise<Verb[]> => (await Promise.all(list)).map((one) => one.default);

/** Answers the completion script, or runs a verb; returns the exit code. */
export async function start(words: readonly string[]): Promise<number> {
  const verbs = await everyVerb();
  const [first, separator, ...typed] = words;
  if (first !== 'complete' || separator !== '--') return run(verbs, words);
  await suggest(verbs, typed);
  return exitCodes.done;
}

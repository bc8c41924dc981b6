import { approve } from '../verbs/approve.ts';
import { clock } from '../verbs/clock.ts';
import { completion } from '../verbs/completion.ts';
import { decline } from '../verbs/decline.ts';
import { explain } from '../verbs/explain.ts';
import { exportRecord } from '../verbs/export.ts';
import { fact } from '../verbs/fact.ts';
import { filed } from '../verbs/filed.ts';
import { incident } from '../verbs/incident.ts';
import { incidents } from '../verbs/incidents.ts';
import { mode } from '../verbs/mode.ts';
import { release } from '../verbs/release.ts';
import { report } from '../verbs/report.ts';
import { transfer } from '../verbs/transfer.ts';
import { verify } from '../verbs/verify.ts';
import { withdraw } from '../verbs/withdraw.ts';
import { run } from './program.ts';
import { suggest } from './suggest.ts';
import { exitCodes } from './verb.ts';

/** One line a verb. */
const verbs = [
  incidents,
  incident,
  explain,
  approve,
  decline,
  release,
  mode,
  clock,
  report,
  fact,
  filed,
  withdraw,
  transfer,
  exportRecord,
  verify,
  completion,
];

/** Answers the completion script, or runs a verb; returns the exit code. */
export async function start(words: readonly string[]): Promise<number> {
  const [first, separator, ...typed] = words;
  if (first !== 'complete' || separator !== '--') return run(verbs, words);
  await suggest(verbs, typed);
  return exitCodes.done;
}

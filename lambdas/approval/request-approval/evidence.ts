import * as z from 'zod';
import { actOf, meaningOf } from '../../../lib/domain/earlier-entries.ts';
import type { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { Meaning } from '../../../lib/domain/outcome.ts';
import { custodyRecords } from '../../../lib/record/custody.ts';

const Came = z.object({
  because: z.string().optional().catch(undefined),
  means: Meaning.optional().catch(undefined),
  result: z
    .object({
      outcome: z.string(),
      because: z.string().optional().catch(undefined),
      failed: z.array(z.object({ what: z.string(), error: z.string() })).catch([]),
    })
    .optional()
    .catch(undefined),
});

/** Why one entry of a preserving step is not as it should be; null where it is. */
function whyNot({ kind, detail }: LedgerEntry): string | null {
  const { because = 'no reason on record', means, result } = Came.safeParse(detail).data ?? {};
  if (kind === 'failure') return because;
  if (!result || meaningOf(result.outcome, means) !== 'attention') return null;
  const failed = result.failed.map(({ what, error }) => `${what} failed (${error})`);
  return [...(result.because ? [result.because] : []), ...failed].join('; ') || result.outcome;
}

/** What is wrong with the evidence of an incident so far, a line each: what could not be taken, and what is not any more as it was. */
export function evidenceTrouble(entries: readonly LedgerEntry[]): string[] {
  const last = new Map<string, string | null>();
  for (const entry of entries) {
    const act = actOf(entry);
    if (act?.phase !== 'preserve') continue;
    const why = whyNot(entry);
    last.set(`${act.step} ${act.operation} ${act.of}`, why && `${act.step}: ${why}`);
  }
  const artefacts = custodyRecords(entries).flatMap(({ id, kind, verifications }) => {
    const seen = verifications.at(-1);
    return seen?.found === 'changed' || seen?.found === 'missing'
      ? [`${kind} ${id} is ${seen.found}${seen.because ? `: ${seen.because}` : ''}`]
      : [];
  });
  return [...[...last.values()].filter((why) => why !== null), ...artefacts];
}

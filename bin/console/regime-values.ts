import type { Offer } from './verb.ts';

/** What stands behind `--name` or in `--name=value`, each time it was typed; commas separate several. */
function typedFor(name: string, words: readonly string[]): string[] {
  const values = words.flatMap((word, at) => {
    if (word === `--${name}`) return words[at + 1] ?? [];
    return word.startsWith(`--${name}=`) ? word.slice(name.length + 3) : [];
  });
  return values.flatMap((value) => value.split(','));
}

/** The regimes whose clocks can run, with their titles. Of a list with commas the last is still being typed. */
export async function regimeValues(words: readonly string[]): Promise<Offer[]> {
  const { regimes } = await import('../../lib/domain/clock/regimes.ts');
  const before = /^(?:--regime=)?(.*,)?/.exec(words.at(-1) ?? '')?.[1] ?? '';
  return regimes.map(({ name, title }) => [`${before}${name}`, title]);
}

/** The reports somebody sends: of the regime that was typed before, or of any. */
export async function reportValues(words: readonly string[]): Promise<Offer[]> {
  const { regimes } = await import('../../lib/domain/clock/regimes.ts');
  const typed = typedFor('regime', words);
  const named = regimes.filter(({ name }) => typed.includes(name));
  const offers = (named.length > 0 ? named : regimes).flatMap(({ name, reports }) =>
    Object.entries(reports).flatMap(([report, { means }]): Offer[] => (means === 'keep until' ? [] : [[report, name]])),
  );
  const regimesOf = Map.groupBy(offers, ([report]) => report);
  return [...regimesOf].map(([report, all]) => [report, all.map(([, name]) => name).join(', ')]);
}

/** What `--regime` and `--report` may be, for the verbs that take both. */
export const reportOptions = { regime: regimeValues, report: reportValues };

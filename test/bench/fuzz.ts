import fc from 'fast-check';
import { documentsIn } from '../../bin/console/documents.ts';
import { explainedIn } from '../../bin/console/explanation.ts';
import { playbooks } from '../../playbooks/index.ts';
import { judged } from '../findings/judge.ts';
import { anyMutant, type Mutant, made } from '../findings/mutants.ts';
import { kindOf } from '../findings/refusals.ts';

/** Nobody waits longer for one finding; a Lambda would be killed after a few. */
const slowest = 1000;
/** Ten times what they take on a machine with two cores. */
const longest = 600_000;
/** Enough to see what is wrong. */
const mostShown = 20;

interface Damage {
  readonly where: number;
  readonly what: string;
}

const pieces = ['cut', 'whole', '"', '{', '}', '[', ',', ':', '\\', '\n', '\u0000', '\ud800', 'NaN', '1e', '{"a":1}\n'];
const anyDamage: fc.Arbitrary<Damage> = fc.record({ where: fc.nat(), what: fc.constantFrom(...pieces) });

/** What a file may hold after a bad download, a bad editor, or half a copy. */
function damaged(text: string, { where, what }: Damage): string {
  const at = where % (text.length + 1);
  if (what === 'whole') return text;
  return what === 'cut' ? text.slice(0, at) : `${text.slice(0, at)}${what}${text.slice(at)}`;
}

/** What came of the samples. */
export interface Fuzzed {
  readonly seed: number;
  readonly samples: number;
  readonly read: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly texts: { readonly read: number; readonly refused: Readonly<Record<string, number>> };
  readonly perSecond: number;
  readonly slowest: { readonly sample: number; readonly of: string; readonly ms: number };
  /** The first of them, in words; empty if all is well. */
  readonly faults: readonly string[];
}

interface Tally {
  read: number;
  readonly refused: Map<string, number>;
}

function count(tally: Tally, refusals: readonly string[], read: number): void {
  tally.read += read;
  for (const kind of refusals.map(kindOf)) tally.refused.set(kind, (tally.refused.get(kind) ?? 0) + 1);
}

/** As `explain` reads a file. */
function explainedText(text: string): { read: number; refusals: string[]; faults: string[] } {
  try {
    const all = documentsIn('sample', text).flatMap((document) => explainedIn(playbooks, document));
    const refusals = all.flatMap((one) => ('error' in one ? [one.error] : []));
    const silent = refusals.filter((said) => !/\S/.test(said)).map(() => 'a text is refused and no reason given');
    return {
      read: all.length - refusals.length,
      refusals,
      faults: all.length > 0 ? silent : ['a text comes to nothing'],
    };
  } catch (error) {
    return { read: 0, refusals: [], faults: [`explaining throws ${String(error).slice(0, 300)}`] };
  }
}

const sorted = ({ refused }: Tally): Record<string, number> =>
  Object.fromEntries([...refused].toSorted(([, one], [, other]) => other - one));

/** Made a thousand at a time: fifty thousand findings at once would fill the memory. */
const atOnce = 1000;

function* samplesOf(samples: number, seed: number): Generator<[Mutant, Damage]> {
  for (let from = 0; from < samples; from += atOnce)
    yield* fc.sample(fc.tuple(anyMutant, anyDamage), { numRuns: Math.min(atOnce, samples - from), seed: seed + from });
}

/**
 * Reads findings of every source that somebody has tampered with, as values and as damaged texts. The same seed makes the same samples.
 * Faults are: whatever is thrown, a finding its schema does not take, and anything that takes a second.
 */
export function fuzz(samples: number, seed: number): Fuzzed {
  const [values, texts]: [Tally, Tally] = [
    { read: 0, refused: new Map() },
    { read: 0, refused: new Map() },
  ];
  const faults: string[] = [];
  const begun = performance.now();
  let worst = { sample: 0, of: '', ms: 0 };
  let [done, busy] = [0, 0];
  for (const [mutant, damage] of samplesOf(samples, seed)) {
    if (performance.now() - begun > longest) break;
    const { findings, refusals, ms, wrong, text } = tried(mutant, damage);
    count(values, refusals, findings);
    count(texts, text.refusals, text.read);
    if (ms > worst.ms) worst = { sample: done, of: mutant.of, ms: Math.round(ms) };
    faults.push(...wrong.map((fault) => `sample ${done} (${mutant.of}, ${JSON.stringify(mutant.changes)}): ${fault}`));
    busy += ms;
    done++;
  }
  if (done < samples) faults.push(`only ${done} of ${samples} samples were read in ${longest / 1000} s`);
  return {
    seed,
    samples: done,
    read: values.read,
    refused: sorted(values),
    texts: { read: texts.read, refused: sorted(texts) },
    perSecond: Math.round(done / (busy / 1000)),
    slowest: worst,
    faults: faults.slice(0, mostShown),
  };
}

function tried(mutant: Mutant, damage: Damage) {
  const value = made(mutant);
  const written = damaged(JSON.stringify(value), damage);
  const begun = performance.now();
  const { findings, refusals, faults } = judged(value);
  const between = performance.now();
  const text = explainedText(written);
  const [first, second] = [between - begun, performance.now() - between];
  const late = Math.max(first, second) > slowest ? [`it takes ${Math.round(Math.max(first, second))} ms`] : [];
  return { findings: findings.length, refusals, text, ms: first + second, wrong: [...faults, ...text.faults, ...late] };
}

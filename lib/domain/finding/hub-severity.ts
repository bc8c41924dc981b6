import * as z from 'zod';
import type { Severity } from '../severity.ts';
import { scoreOf } from './score.ts';
import { part, text } from './value.ts';

interface Rated {
  readonly severity: Severity | null;
  readonly score: number | null;
}

const labels = new Map<string, Severity>([
  ['INFORMATIONAL', 'informational'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
  // OCSF's sixth step; our scale ends with the fifth.
  ['FATAL', 'critical'],
]);

/** Lower bounds of the labels on the scale of 0 to 100 (Security Hub user guide, "Severity" among the required ASFF attributes). */
const bands: readonly (readonly [number, Severity])[] = [
  [90, 'critical'],
  [70, 'high'],
  [40, 'medium'],
  [1, 'low'],
  [0, 'informational'],
];

const labelled = (label: string | null | undefined): Severity | null =>
  labels.get(label?.trim().toUpperCase() ?? '') ?? null;

/** Severity in ASFF, as the customer may have changed it. */
export const HubSeverity = part(
  z.object({
    label: text,
    normalized: z.unknown().optional(),
    product: z.unknown().optional(),
    original: z.unknown().optional(),
  }),
);

/** The label, else what the number from 0 to 100 means; the score is the product's own number, if it gives one. */
export function asffRating(given: z.infer<typeof HubSeverity>): Rated {
  const normalized = scoreOf(given?.normalized);
  const inRange = normalized !== null && normalized <= 100;
  const band = inRange ? bands.find(([from]) => normalized >= from)?.[1] : undefined;
  // The original may be a word, such as MEDIUM: then it is no score, and nothing is wrong with it.
  const original = Number(text.parse(given?.original) ?? Number.NaN);
  const score = scoreOf(given?.product) ?? (Number.isFinite(original) ? original : normalized);
  return { severity: labelled(given?.label) ?? band ?? null, score };
}

/** OCSF schema, `severity_id`; 0 is unknown and 99 is the source's own. */
const steps: readonly (Severity | null)[] = [null, 'informational', 'low', 'medium', 'high', 'critical', 'critical'];

/** The step, else its caption. The score is the step the product gave, which a customer cannot change. */
export function ocsfRating(id: unknown, caption: string | null, vendorId: unknown): Rated {
  const step = scoreOf(id);
  return { severity: step === null ? labelled(caption) : (steps[step] ?? null), score: scoreOf(vendorId) };
}

import * as z from 'zod';

/** `machine-draft` is no answer before a person confirms it. `unknown` is one in every early report, once a person has said so. */
export const FieldStatus = z.enum(['machine-draft', 'confirmed', 'unknown', 'not-applicable']);
export type FieldStatus = z.infer<typeof FieldStatus>;

export const Field = z.object({
  name: z.string(),
  title: z.string(),
  value: z.json(),
  status: FieldStatus,
  by: z.string(),
  at: z.iso.datetime(),
  sources: z.array(z.string()),
  /** What would be drafted by now, where that is no longer what a person has confirmed. */
  redrafted: z.json().optional(),
});
export type Field = z.infer<typeof Field>;
export type Json = Field['value'];

/** A person's word on one field. It takes the place of the machine's draft, and of a word given before. */
export const Stated = z.object({
  name: z.string(),
  value: z.json(),
  status: FieldStatus.exclude(['machine-draft']),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().nullable(),
  /** SHA-256 of the draft that was confirmed as it stood, in hex; null where the person wrote the value. */
  draft: z.string().nullable(),
});
export type Stated = z.infer<typeof Stated>;

/** Who has stated a field that nobody has stated. */
const nobody = 'nobody yet';

/** A field of which nothing is known, by the machine or by people. */
export const missing = (name: string, title: string, at: string): Field => ({
  name,
  title,
  value: null,
  status: 'unknown',
  by: nobody,
  at,
  sources: [],
});

/** Whether nobody has said anything; a person who says "unknown" has. */
export const isMissing = ({ status, by }: Pick<Field, 'status' | 'by'>): boolean =>
  status === 'unknown' && by === nobody;

/** A person's word laid over a draft. What was drafted since they confirmed it stands beside it. */
export function laidOver(draft: Field, stated: Stated | undefined, hashOf: (value: Json) => string): Field {
  if (!stated) return draft;
  const { value, status, by, at, reason } = stated;
  const changed = stated.draft !== null && hashOf(draft.value) !== stated.draft;
  // Whoever confirms a draft stands for what it rests on; whoever writes a value is its source.
  const sources = [...(stated.draft === null ? [] : draft.sources), ...(reason ? [`${by}: ${reason}`] : [])];
  return { ...draft, value, status, by, at, sources, ...(changed && { redrafted: draft.value }) };
}

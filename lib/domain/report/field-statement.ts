import * as z from 'zod';
import { nearest } from '../nearest.ts';
import { factBehind } from './fact-fields.ts';
import { type Field, isMissing, type Json, type Stated } from './field.ts';
import { canonical } from './fields.ts';

/** Longer than the name of any field. */
const field = z.string().max(200);

/** What a person says of one field: a value, that the machine's draft is right as it stands, that nobody knows, or that it does not apply. */
export const FieldStatement = z.discriminatedUnion('take', [
  z.strictObject({ take: z.literal('set'), field, value: z.string() }),
  z.strictObject({ take: z.literal('confirm'), field }),
  z.strictObject({ take: z.literal('unknown'), field }),
  z.strictObject({ take: z.literal('not-applicable'), field }),
]);
export type FieldStatement = z.infer<typeof FieldStatement>;

interface Fault {
  readonly fault: string;
}

/** Characters of a value. DynamoDB's item takes 400 KB (its quotas), and the value stands in the ledger too. */
const longest = 50_000;

const names = canonical.map(({ name }) => name);

function unknownName(name: string): string {
  const near = nearest(name, names);
  return near
    ? `There is no field "${name}"; did you mean "${near}"?`
    : `There is no field "${name}"; \`report\` with --json lists them.`;
}

function valueFault(name: string, value: string): string | null {
  const fact = factBehind(name);
  if (fact)
    return `${name} is a fact that clocks count from: record it with \`tourniquet fact\`, as ${fact}=2026-11-20T14:30Z.`;
  if (value.trim() === '') return `${name} has no value; write ${name}=…, or --unknown ${name}.`;
  if (value.trim().toLowerCase() === 'unknown') return `To mark it as unknown, write --unknown ${name}.`;
  return value.length > longest ? `The value of ${name} is longer than ${longest} characters; refer to a file.` : null;
}

/** Why this cannot be said, whatever the incident; null when it can. */
export function faultOf(word: FieldStatement): string | null {
  if (!names.includes(word.field)) return unknownName(word.field);
  return word.take === 'set' ? valueFault(word.field, word.value) : null;
}

/** The first field that is named twice; undefined when each is named once. */
export const namedTwice = (words: readonly FieldStatement[]): string | undefined =>
  words.map((one) => one.field).find((name, index, all) => all.indexOf(name) !== index);

/** Who says it. */
export type Speaker = Pick<Stated, 'by' | 'at' | 'reason'>;

function confirmed(draft: Field, speaker: Speaker, hashOf: (value: Json) => string): Stated | Fault {
  const { name, value } = draft;
  if (isMissing(draft)) return { fault: `There is no draft of ${name} to confirm; set it with --set ${name}=…` };
  if (JSON.stringify(value).length > longest)
    return { fault: `The draft of ${name} is longer than ${longest} characters; set a summary of it.` };
  return { name, value, status: 'confirmed', ...speaker, draft: hashOf(value) };
}

/** What is put on record. `draft` is the field as the machine has it, whatever people said of it before. */
export function statedBy(
  word: FieldStatement,
  draft: Field,
  speaker: Speaker,
  hashOf: (value: Json) => string,
): Stated | Fault {
  const fault = faultOf(word);
  if (fault) return { fault };
  if (word.take === 'confirm') return confirmed(draft, speaker, hashOf);
  if (word.take === 'set')
    return { name: word.field, value: word.value.trim(), status: 'confirmed', ...speaker, draft: null };
  return { name: word.field, value: null, status: word.take, ...speaker, draft: null };
}

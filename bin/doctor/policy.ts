import * as z from 'zod';

const listOf = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: listOf.default([]),
  Resource: z.unknown().optional(),
  Condition: z.unknown().optional(),
});
const Document = z.object({
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]),
});
export type Statement = z.output<typeof Statement>;

/** The statements of a policy as AWS returns it; IAM returns it percent-encoded (IAM API reference, GetRolePolicy). None of an empty text. */
export function statementsOf(text: string): Statement[] {
  if (text === '') return [];
  return Document.parse(JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text)).Statement;
}

/** The names of the statements with an effect. */
export const sids = (text: string, effect: 'Allow' | 'Deny'): Set<string> =>
  new Set(statementsOf(text).flatMap(({ Sid, Effect }) => (Effect === effect && Sid ? [Sid] : [])));

const Services = z.object({ Service: listOf });

/** The services that a policy lets do something, whatever its conditions. */
export function allowedServices(text: string, action: string): Set<string> {
  const allowing = statementsOf(text).filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action));
  return new Set(allowing.flatMap(({ Principal }) => Services.safeParse(Principal).data?.Service ?? []));
}

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.map(inOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, inOrder(one)]),
  );
};

/** One text for all policies that say the same. IAM orders lists anew at each read (boto3#1178, terraform-provider-aws#30870). */
export const canonical = (text: string): string => JSON.stringify(inOrder(statementsOf(text)));

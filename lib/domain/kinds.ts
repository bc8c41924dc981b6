import * as z from 'zod';

/** The kinds of targets a contract takes, read from its own schema; empty where it says none. */
export function kindsTaken(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? kindsTaken(option) : []));
  const kind = schema instanceof z.ZodObject ? schema.shape.kind : null;
  if (kind instanceof z.ZodLiteral) return [...kind.values].map(String);
  return kind instanceof z.ZodEnum ? kind.options.map(String) : [];
}

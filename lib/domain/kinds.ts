import * as z from 'zod';
import { Target } from './target.ts';

/** The kinds of targets a contract takes, read from its own schema; empty where it says none. */
export const kindsTaken = (schema: z.ZodType): Target['kind'][] => kindsOf(schema).filter(isKind);

const isKind = (kind: string): kind is Target['kind'] => kinds.includes(kind);

function kindsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? kindsOf(option) : []));
  const kind = schema instanceof z.ZodObject ? schema.shape.kind : null;
  if (kind instanceof z.ZodLiteral) return [...kind.values].map(String);
  return kind instanceof z.ZodEnum ? kind.options.map(String) : [];
}

const kinds = kindsOf(Target);

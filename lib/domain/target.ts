import * as z from 'zod';
import type { Named } from './named.ts';
import type { Permission } from './permission.ts';
import { Place } from './resource.ts';

/** What is known of every target, whatever its kind. */
export const AnyTarget = Place.extend({
  kind: z.string(),
  id: z.string().min(1),
  /** When its facts were read (ISO 8601, UTC). Facts older than a minute are read again. */
  seenAt: z.iso.datetime(),
  tags: z.record(z.string(), z.string()),
});
export type AnyTarget = z.infer<typeof AnyTarget>;

/** Where and when a finding was read; `since` is when it says it began. */
export interface FirstSight {
  readonly place: Place;
  readonly now: string;
  readonly since: string | null;
}

export interface Refusals {
  readonly levers: readonly string[];
  readonly because: string;
}

/** What a kind of target says of itself, beside its levers. From it are derived what a state may carry, and how such a target is met. */
export interface KindOfTarget<T extends AnyTarget, Reads extends readonly Permission<Place>[]> {
  /** The name of its folder. */
  readonly kind: T['kind'];
  /** As people call it, without an article. */
  readonly title: string;
  /** The name by which an incident holds it. */
  arn(target: T): string;
  /** The target, as far as a finding alone tells, where what it names is of this kind; null where it is not. */
  from(named: Named, sight: FirstSight): T | null;
  /** Whether what is named so turns out to be of this kind, once AWS is asked. */
  turnsOut?(named: Named): boolean;
  /** ARNs of those whose credentials are in doubt: they may not answer a question about themselves. */
  suspects(target: T): string[];
  /** The ARN of the user or role that a lever would hit: a configuration may name it as one that nobody contains. */
  identity?(target: T): string | null;
  /** Why nothing of ours may contain it, in words for a person. `management` is the organisation's management account. */
  untouchable?(target: T, management: string | undefined): string | null;
  /** Why people are asked about this one whatever stands in an order, in words; null where nothing speaks against it. */
  asked?(target: T): string | null;
  /** Levers that AWS refuses on this one to everybody, by name, and why. Left out, or null: none that is known beforehand. */
  refuses?(target: T): Refusals | null;
  /** Anything of this kind in a whole account: what a member role may touch is derived from it. */
  any(place: Place): T;
  /** Permissions to read its facts; none where the finding says all that is asked beforehand. */
  readonly reads: Reads;
}

type Methods = 'arn' | 'suspects' | 'identity' | 'untouchable' | 'asked' | 'refuses' | 'any';
/** A kind whose own target type no longer matters: whoever holds a target of any kind finds its kind by name. */
export type AnyKind = Pick<KindOfTarget<AnyTarget, readonly Permission<Place>[]>, Methods>;

/** A kind's schema carries what it is: contracts name schemas, and nobody keeps a second list. */
const kindOfSchema = new WeakMap<z.ZodType, AnyKind>();

/** Declares a kind of target by its schema. In two calls, so that TypeScript knows the schema's type when it reads the rest. */
export const defineTarget =
  <Schema extends z.ZodType<AnyTarget>>(schema: Schema) =>
  <const Reads extends readonly Permission<Place>[]>(kind: KindOfTarget<z.infer<Schema>, Reads>) => {
    kindOfSchema.set(schema, kind);
    return { ...kind, schema };
  };

/** The schemas of single kinds that a contract's own schema is made of. */
function schemasIn(schema: z.ZodType): z.ZodType[] {
  if (!(schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion)) return [schema];
  return schema.options.flatMap((option) => (option instanceof z.ZodType ? schemasIn(option) : []));
}

/** The kinds of targets a contract takes, read from its own schema; empty where it says none. */
export const kindsTaken = (schema: z.ZodType): string[] =>
  schemasIn(schema).flatMap((one) => {
    const kind = one instanceof z.ZodObject ? one.shape.kind : null;
    if (kind instanceof z.ZodLiteral) return [...kind.values].map(String);
    return kind instanceof z.ZodEnum ? kind.options.map(String) : [];
  });

/** Permissions of a contract on anything it takes, in a whole account. */
export function everywhere(schema: z.ZodType, permissions: readonly Permission<never>[]): Permission<Place>[] {
  const kinds = schemasIn(schema).flatMap((one) => kindOfSchema.get(one) ?? []);
  return permissions.map(({ on, ...rest }) => ({
    ...rest,
    // Whatever the contract's schema is made of, its permissions accept.
    on: (place) => [...new Set(kinds.flatMap(({ any }) => on(any(place) as never)))],
  }));
}

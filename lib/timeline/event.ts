import * as z from 'zod';
import { kinds, outcomes } from '../domain/logs.ts';

export { type Kind, kinds, type Outcome, outcomes } from '../domain/logs.ts';

/** The formats that have a reader. */
export const formats = [
  'cloudtrail',
  'bedrock',
  'vpc-flow',
  'resolver',
  'network-firewall',
  'load-balancer',
  'waf',
  's3-access',
  'eks-audit',
  'eks-authenticator',
  'eks-control-plane',
  'mysql-audit',
  'mysql-error',
  'mysql-slow',
  'mysql-general',
  'postgresql',
  'activity-stream',
  'lambda',
  'ssm',
  'console',
  'container',
  'system',
] as const;
export type Format = (typeof formats)[number];

/** Where a record was read: the file as it was named, and the line on which the record begins, from 1. */
export const Position = z.strictObject({ file: z.string(), line: z.int().min(1) });
export type Position = z.infer<typeof Position>;

/** One more place of the same record; `raw` where it was written differently there. */
export const Further = Position.extend({ raw: z.string().optional() });
export type Further = z.infer<typeof Further>;

/** Who acted, as the record says: `kind` in its words (IAMUser, AssumedRole, AWSService, kubernetes-user …). */
export const Actor = z.strictObject({ kind: z.string(), id: z.string(), account: z.string().nullable() });
export type Actor = z.infer<typeof Actor>;

/** What ATT&CK calls an act. Old ids of techniques are aliases of the rule; here stands the one of `attackVersion`. */
export const Label = z.strictObject({
  technique: z.string(),
  tactics: z.array(z.string()),
  attackVersion: z.string(),
  rule: z.string(),
});
export type Label = z.infer<typeof Label>;

/** One event as it is printed, one object a line. */
export const PrintedEvent = z.strictObject({
  /** ISO 8601 in UTC, ending in Z, with as many decimals as the record has. */
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
  kind: z.enum(kinds),
  source: Position,
  /** Where else the same record was read; left out where nowhere. */
  also: z.array(Further).optional(),
  actor: Actor.nullable(),
  /** `iam:CreateAccessKey` for CloudTrail, the service of the event source and the event; `REST.GET.OBJECT`, `ACCEPT`, `create pods/exec` … elsewhere. */
  action: z.string(),
  /** ARNs where the record has them, else ids and names. */
  resources: z.array(z.string()),
  /** Where it came from: an address, or the name of a service of AWS. */
  address: z.string().nullable(),
  outcome: z.enum(outcomes),
  labels: z.array(Label),
  /** The rule by which this is known-normal; null where no rule says so. */
  normal: z.string().nullable(),
  /** To what it belongs: the name under which a thread began, and by what; null where nobody is named. Left out where nobody asked. */
  thread: z
    .strictObject({ name: z.string(), via: z.string().nullable(), links: z.array(z.string()) })
    .nullable()
    .optional(),
  /** Why it has its labels, or is normal, in words; left out where nobody asked. */
  why: z.array(z.string()).optional(),
  /** The record as it was read, unchanged. */
  raw: z.string(),
});
export type PrintedEvent = z.infer<typeof PrintedEvent>;

/** A record by the names of its fields: the members of its JSON, or the columns of its line. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a reader makes of one record, and what the rules for labels and known-normal look at. */
export interface TimelineEvent
  extends Pick<PrintedEvent, 'time' | 'kind' | 'actor' | 'action' | 'address' | 'outcome'> {
  readonly resources: readonly string[];
  readonly format: Format;
  /** The program that called, as it names itself; null where the record does not say. */
  readonly agent: string | null;
  readonly source: Position;
  /** Decoded when it is asked for. */
  readonly raw: string;
  /**
   * User agent, error code, Region, request parameters …: what has no place of its own in the event. Parsed when it is first asked for and
   * never printed; look at `action` first, since parsing costs more than all the rest. Empty where the record is a line without columns.
   */
  fields(): Fields;
}

import * as z from 'zod';
import { named } from '../named.ts';
import { AccountId } from '../resource.ts';
import { Severity } from '../severity.ts';
import { partitionOf } from './place.ts';
import { principalFrom } from './principal.ts';
import type { Reader } from './reader.ts';
import { unsaid } from './unsaid.ts';
import { readAs } from './value.ts';

/** Sessions from the finding's own to the furthest that is still followed; a thief can go on in circles for ever. */
export const deepest = 5;

/**
 * A further session a thief came by, as the step that follows the chain of roles hands it over: one event a session, the incident it is to
 * join, and what CloudTrail says of the session. Names as IAM and STS allow them (IAM user guide, "IAM and AWS STS quotas").
 */
export const Handover = z.object({
  incident: z.string().min(1),
  /** Key of the finding in whose run it was found. */
  finding: z.string().min(1),
  role: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  /** IAM's unique id of the role; null where the record does not say. */
  roleId: z.string().nullable(),
  session: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  account: AccountId,
  region: z.string().min(1),
  /** The temporary key it was handed; null where the record does not say. */
  key: z.string().min(1).nullable(),
  /** When it was handed out (ISO 8601); null where the record does not say. */
  at: z.iso.datetime().nullable(),
  /** That of this finding. */
  severity: Severity.nullable(),
  depth: z.int().min(1).max(deepest),
});
export type Handover = z.infer<typeof Handover>;

const source = 'tourniquet';
const detailType = 'Chained session';

/**
 * Whether an event is such a one. No rule of ours listens to this source, so an event that somebody puts on a bus starts nothing: a run
 * begins with it only where StartExecution was called, and among our own roles that is the right of few functions (`start-playbook`, `start-chained`, `start-for-identity`, `start-for-instance`, `start-for-started`).
 */
export const isHandover = (envelope: { readonly source: string; readonly 'detail-type': string }): boolean =>
  envelope.source === source && envelope['detail-type'] === detailType;

/** The input of the run about one further session. */
export const handoverOf = (detail: Handover) => ({ source, 'detail-type': detailType, detail });

const Event = z.object({ source: z.literal(source), 'detail-type': z.literal(detailType), detail: Handover });

/** What was handed over, where an event is such a one; null of every other. */
export const handedOver = (event: unknown): Handover | null => Event.safeParse(event).data?.detail ?? null;

/** Reads what was handed over as a finding: it says less than GuardDuty would, and how it came about. */
export const readChained: Reader = (fields) => {
  const { incident, role, roleId, session, account, region, key, at, severity, depth } = readAs(
    Handover,
    fields,
    'chained session',
  );
  const principal = principalFrom({
    userType: 'AssumedRole',
    userName: role,
    principalId: `${roleId ?? ''}:${session}`,
  });
  const id = `${account}:${role}/${session}`;
  return {
    ...unsaid(),
    source: 'tourniquet',
    product: 'Tourniquet',
    id,
    arn: '',
    type: 'Tourniquet:IAMRole/ChainedSession',
    // Not the key of the finding alone: one incident may have many, and roles of one name stand in many accounts.
    key: `tourniquet:${incident}:${id}`,
    title: `Session ${session} of role ${role} was issued along the chain of stolen credentials, step ${depth}`,
    nature: 'attack',
    severity,
    account,
    region,
    partition: partitionOf(region, []),
    firstSeen: at,
    lastSeen: at,
    // The credential alone, even where its session is named after an instance: whoever assumes a role chooses that name.
    targets: [named(key ? 'access-key' : 'principal', key ?? role, { account, region }, { principal })],
    missing: [],
  };
};

import * as z from 'zod';
import { CloudIdentity, credentialOf } from '../../../lib/domain/finding/identity.ts';
import { accountOf, arnParts, camelised, part, text } from '../../../lib/domain/finding/value.ts';
import type { Principal } from '../../../lib/domain/named.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import type { Holder } from './step.ts';

/** AWS CloudTrail user guide, "CloudTrail record contents"; STS API reference for what is asked and answered. */
const Record = z.object({
  eventSource: text,
  eventName: text,
  errorCode: text,
  eventTime: text,
  eventID: text,
  userIdentity: part(CloudIdentity),
  requestParameters: part(z.object({ roleArn: text, roleSessionName: text, name: text, targetPrincipal: text })),
  responseElements: part(
    z.object({
      credentials: part(z.object({ accessKeyId: text, expiration: text })),
      assumedRoleUser: part(z.object({ arn: text, assumedRoleId: text })),
      federatedUser: part(z.object({ arn: text })),
    }),
  ),
});
type Record = z.infer<typeof Record>;

/** A session that was handed out to somebody. */
export interface Session {
  /** What it acts as. Only roles go on under a name of their own; what a user gets is denied with the user. */
  readonly kind: 'role' | 'user' | 'root';
  /** Name of the role; of the others whom it acts as, in words. */
  readonly role: string;
  readonly roleArn: string;
  readonly roleId: string | null;
  readonly session: string;
  /** Null where the record does not say. */
  readonly account: string | null;
  readonly key: string | null;
  /** Milliseconds since the epoch; null where the record does not say. */
  readonly until: number | null;
}

/** A call that handed out a session. */
export interface Handing {
  readonly id: string;
  readonly at: string;
  readonly caller: Principal | null;
  readonly to: Session;
  /** As CloudTrail wrote it. */
  readonly raw: string;
}

/** An event of LookupEvents, as far as it is used. */
interface Event {
  readonly EventId?: string | undefined;
  readonly EventTime?: Date | undefined;
  readonly CloudTrailEvent?: string | undefined;
}

/** Calls that hand out a session of a role (STS API reference). */
const ofRoles = new Set(['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);
/** Calls that hand a user a session of its own. */
const ofUsers = new Set(['GetSessionToken', 'GetFederationToken']);

/** CloudTrail writes Java's `Feb 8, 2022, 3:36:46 AM`, in UTC, whose blanks are not always plain ones. */
function momentIn(words: string | null | undefined): number | null {
  const plain = words?.replace(/\s+/g, ' ') ?? '';
  const at = Date.parse(/^\d{4}-/.test(plain) ? plain : `${plain} UTC`);
  return Number.isNaN(at) ? null : at;
}

/** `assumed-role/deploy/x`: by the answer, else by what was asked for. */
function roleOf({ requestParameters: asked, responseElements: answer }: Record) {
  const assumed = arnParts(answer?.assumedRoleUser?.arn);
  const wanted = arnParts(asked?.roleArn);
  const [, role, session] = assumed?.resource.split('/') ?? [];
  const account = accountOf(assumed?.account ?? wanted?.account);
  const roleId = answer?.assumedRoleUser?.assumedRoleId?.split(':')[0] ?? null;
  const name = role ?? wanted?.resource.split('/').at(-1) ?? '';
  return {
    role: name,
    session: session ?? asked?.roleSessionName ?? '',
    account,
    roleId,
    roleArn: asked?.roleArn ?? '',
  };
}

function sessionOf(record: Record): Session | null {
  const { eventName, requestParameters: asked, responseElements: answer } = record;
  const { accessKeyId: key = null, expiration } = answer?.credentials ?? {};
  const common = { key, until: momentIn(expiration), roleArn: '', roleId: null, session: '', account: null };
  if (!eventName) return null;
  if (ofRoles.has(eventName)) {
    const role = roleOf(record);
    return role.role && role.session ? { ...common, ...role, kind: 'role' } : null;
  }
  if (ofUsers.has(eventName)) return { ...common, kind: 'user', role: asked?.name ?? 'the user itself' };
  const root = { ...common, kind: 'root' as const, account: accountOf(asked?.targetPrincipal) };
  return eventName === 'AssumeRoot' ? { ...root, role: `the root user of ${asked?.targetPrincipal}` } : null;
}

/** The record within an event; an empty one where it is no JSON. */
function recordOf({ CloudTrailEvent = '' }: Event): Record {
  try {
    return Record.parse(camelised(JSON.parse(CloudTrailEvent)));
  } catch {
    return Record.parse({});
  }
}

/** The session an event handed out; null of an event that did not, or was refused. */
export function handingIn(event: Event, region: string): Handing | null {
  const record = recordOf(event);
  const { eventSource, errorCode, userIdentity } = record;
  const to = errorCode === null && eventSource?.startsWith('sts.') ? sessionOf(record) : null;
  if (!to) return null;
  const [credential] = userIdentity ? credentialOf(userIdentity, { account: null, region }) : [];
  return {
    id: event.EventId ?? record.eventID ?? `${record.eventTime} ${to.key}`,
    at: event.EventTime?.toISOString() ?? '',
    caller: credential?.principal ?? null,
    to,
    raw: event.CloudTrailEvent ?? '',
  };
}

/** By what CloudTrail is asked, and which of its answers are meant. */
export interface Asking {
  readonly key: 'AccessKeyId' | 'Username';
  readonly value: string;
  readonly mine: (handing: Handing) => boolean;
}

/**
 * By the key where the finding names one. An instance's keys change every few hours and whoever sits on it reads them all, so it is asked for
 * by its session, which bears the instance's name; two roles may have sessions of one name.
 */
export function askingBy(target: Holder): Asking | { readonly nothing: string } {
  if (target.kind === 'instance') {
    if (!target.role) return { nothing: 'the instance has no role' };
    return { key: 'Username', value: target.id, mine: ({ caller }) => !caller || caller.kind === 'role-session' };
  }
  if (target.key) return { key: 'AccessKeyId', value: target.key, mine: () => true };
  if (target.kind === 'user')
    return { key: 'Username', value: target.id, mine: ({ caller }) => !caller || caller.kind === 'iam-user' };
  if (!target.session) return { nothing: 'the finding names neither an access key nor a session' };
  const role = target.role?.name ?? target.principal?.name;
  return { key: 'Username', value: target.session, mine: ({ caller }) => !caller?.name || caller.name === role };
}

/** The session an incident is about already, as `nameOf` writes it. */
export function ownOf(target: Holder): string | null {
  if (target.kind === 'user') return null;
  const role = target.role?.name ?? (target.kind === 'role-session' ? target.principal?.name : null);
  const session = target.kind === 'instance' ? target.id : target.session;
  return role && session ? nameOf({ account: target.account, role, session }) : null;
}

/** Tells sessions apart: whatever key they have, one deny on the role stops them all. */
export const nameOf = ({ account, role, session }: Pick<Session, 'account' | 'role' | 'session'>): string =>
  `${account ?? ''} ${role}/${session}`;

export interface Rules {
  /** Of this deployment: its member roles begin with it. */
  readonly name: string;
  readonly breakGlass: readonly string[];
  /** Whether Tourniquet may respond in an account. */
  readonly ours: (account: string) => boolean;
}

/** Why a session is left to people, in words; null where a run about it may begin. */
export function whyLeft({ kind, role, roleArn, account }: Session, { name, breakGlass, ours }: Rules): string | null {
  if (kind === 'root') return 'sessions of a root user end by themselves within 15 minutes; a person has to check';
  if (RoleClass.options.some((one) => role === `${name}-${one}`)) return "it is one of Tourniquet's own roles";
  if (breakGlass.includes(roleArn)) return 'its role is on the break-glass list';
  if (!account) return 'the record does not say in which account it is';
  if (!ours(account)) return `Tourniquet does not respond in account ${account}`;
  return whyNotOurs({ name: role, arn: roleArn });
}

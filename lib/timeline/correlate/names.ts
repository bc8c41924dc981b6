import type { PrintedEvent } from '../event.ts';
import { textWithin, within } from '../rules/when.ts';

/** A printed event with its record, where that is JSON. */
export interface Parsed {
  readonly event: PrintedEvent;
  readonly record: unknown;
}

/** The event that goes by, with its record: parsing costs more than all the rest, and whoever looks at it next wants the same. */
let passing: Parsed | null = null;

/** An event that goes on to others keeps its record until the next one does. */
export function withRecord(event: PrintedEvent, record: unknown): PrintedEvent {
  passing = { event, record };
  return event;
}

function recordOf(event: PrintedEvent): unknown {
  if (passing?.event === event) return passing.record;
  if (!event.raw.startsWith('{')) return null;
  try {
    return JSON.parse(event.raw);
  } catch {
    return null;
  }
}

/** An event with its record; null where that is no JSON. */
export const parse = (event: PrintedEvent): Parsed => ({ event, record: recordOf(event) });

/** By what an event belongs to a thread, the surest first. */
export type Via = 'credential' | 'session' | 'principal' | 'source identity' | 'shared event' | 'request';

/** One name under which somebody is known, or a number that two records of one act have in common. */
export interface Name {
  readonly via: Via;
  readonly name: string;
}

const first = (value: unknown): string => (Array.isArray(value) && typeof value[0] === 'string' ? value[0] : '');

/** In what is written beside each request the number of it; S3 gives CloudTrail the same. */
const requestOfLine = (raw: string): string => / ([0-9A-Z]{16}) (?:REST|BATCH|WEBSITE|SOAP)\./.exec(raw)?.[1] ?? '';

/** What a service of AWS does it does for everybody: its acts are no thread. */
const isService = ({ event: { actor } }: Parsed): boolean => actor?.kind === 'AWSService';

function names(pairs: readonly (readonly [Via, string])[]): Name[] {
  const found: Name[] = [];
  for (const [via, name] of pairs) if (name !== '') found.push({ via, name: `${via}:${name}` });
  return found;
}

/** An instance's session is named after it, and so is known by whoever started the instance. */
const instanceIn = (arn: string): string => /\/(i-[0-9a-f]{8,17})$/.exec(arn)?.[1] ?? '';

/** Under which names whoever acted is known. */
export function namesOf(parsed: Parsed): Name[] {
  const { event, record } = parsed;
  if (isService(parsed)) return [];
  const arn =
    textWithin(record, 'userIdentity.arn') || first(within(record, 'user.extra.arn')) || (event.actor?.id ?? '');
  const isSession = arn.includes(':assumed-role/') || arn.includes(':federated-user/');
  return names([
    ['credential', textWithin(record, 'userIdentity.accessKeyId') || first(within(record, 'user.extra.accessKeyId'))],
    ['session', isSession ? arn : ''],
    ['session', instanceIn(arn)],
    ['principal', isSession ? '' : arn],
    ['source identity', textWithin(record, 'userIdentity.sessionContext.sourceIdentity')],
    ['shared event', textWithin(record, 'sharedEventID')],
    ['request', textWithin(record, 'requestID') || requestOfLine(event.raw)],
  ]);
}

const instances = (record: unknown): string[] =>
  [
    ...JSON.stringify(within(record, 'responseElements.instancesSet') ?? '').matchAll(/"instanceId":"(i-[0-9a-f]+)"/g),
  ].map(([, id = '']) => id);

/** Under which names somebody is known from now on because of this act: sessions, keys, users, instances. */
export function madeBy(parsed: Parsed): Name[] {
  const { event, record } = parsed;
  if (isService(parsed) || event.outcome !== 'success') return [];
  const answer = within(record, 'responseElements');
  // Nearly every call that only reads is answered so.
  if (answer === null || answer === undefined) return [];
  const started = event.action === 'ec2:RunInstances' ? instances(record) : [];
  return names([
    ['credential', textWithin(answer, 'credentials.accessKeyId')],
    ['credential', textWithin(answer, 'accessKey.accessKeyId')],
    ['session', textWithin(answer, 'assumedRoleUser.arn')],
    ['session', textWithin(answer, 'federatedUser.arn')],
    ['principal', textWithin(answer, 'user.arn')],
    ...started.map((id) => ['session', id] as const),
  ]);
}

import type { PrintedEvent } from './event.ts';

/** What a record says of who acted: every name by which the same principal or session may be asked for. */
const identityPaths = [
  ['userIdentity', 'arn'],
  ['userIdentity', 'principalId'],
  ['userIdentity', 'accessKeyId'],
  ['userIdentity', 'userName'],
  ['userIdentity', 'sessionContext', 'sessionIssuer', 'arn'],
  ['userIdentity', 'sessionContext', 'sessionIssuer', 'principalId'],
  ['userIdentity', 'sessionContext', 'sessionIssuer', 'userName'],
  ['userIdentity', 'sessionContext', 'sourceIdentity'],
  ['user', 'username'],
  ['user', 'extra', 'canonicalArn', '0'],
  ['user', 'extra', 'arn', '0'],
  ['user', 'extra', 'accessKeyId', '0'],
  ['identity', 'arn'],
] as const;

/** What an assumed role is called from then on. */
const sessionPaths = [
  ['responseElements', 'assumedRoleUser', 'arn'],
  ['responseElements', 'assumedRoleUser', 'assumedRoleId'],
  ['responseElements', 'credentials', 'accessKeyId'],
  ['responseElements', 'accessKey', 'accessKeyId'],
] as const;

function at(value: unknown, path: readonly string[]): string | null {
  let now = value;
  for (const name of path)
    now = typeof now === 'object' && now !== null ? (now as Record<string, unknown>)[name] : null;
  return typeof now === 'string' && now !== '' ? now : null;
}

function recordIn(raw: string): unknown {
  if (!raw.startsWith('{')) return null;
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

const valuesAt = (record: unknown, paths: readonly (readonly string[])[]): string[] =>
  paths.flatMap((path) => at(record, path) ?? []);

/**
 * Follows one identity through a timeline that comes in order: its own acts, and those of each session and key that it made on the way
 * (role chains). An identity may be an ARN, a name, a principal id, a session's id or an access key.
 */
export class Thread {
  readonly #known: Set<string>;

  constructor(identity: string) {
    this.#known = new Set([identity]);
  }

  has({ actor, raw, outcome }: PrintedEvent): boolean {
    const record = recordIn(raw);
    const names = [...(actor ? [actor.id] : []), ...valuesAt(record, identityPaths)];
    if (!names.some((name) => this.#known.has(name))) return false;
    if (outcome === 'success') for (const made of valuesAt(record, sessionPaths)) this.#known.add(made);
    return true;
  }
}

/** As many events of one moment are looked at twice: a session may be used in the second, and before the line, in which it was made. */
const mostOfOneMoment = 1000;

/** The events of an identity, of all that come in order. */
export function* eventsOf(identity: string, events: Iterable<PrintedEvent>): Generator<PrintedEvent> {
  const thread = new Thread(identity);
  let moment: PrintedEvent[] = [];
  const flush = (): PrintedEvent[] => {
    const all = moment;
    moment = [];
    if (all.length > 1) for (const event of all) thread.has(event);
    return all.filter((event) => thread.has(event));
  };
  for (const event of events) {
    if (moment[0]?.time !== event.time || moment.length === mostOfOneMoment) yield* flush();
    moment.push(event);
  }
  yield* flush();
}

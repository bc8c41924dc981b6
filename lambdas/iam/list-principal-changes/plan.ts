import type { Principal } from '../../../lib/domain/named.ts';
import type { Series, Window } from '../event-window.ts';
import type { RoleSession } from '../role-session/target.ts';
import type { User } from '../user/target.ts';
import { lasting, type Made, type PrincipalChange, type StartedInstance } from './step.ts';

/** One call as CloudTrail has it, in words that are fit to be shown. */
export interface Call extends Omit<PrincipalChange, 'event'> {
  readonly id: string;
  /** Not one that only reads, by CloudTrail's own judgement. */
  readonly changing: boolean;
  /** It was refused, or failed: nothing has changed. */
  readonly failed: boolean;
  readonly kind: { readonly one: string; readonly many: string } | null;
  readonly agent: string;
  readonly caller: Principal | null;
  readonly made: readonly Made[];
  /** What it let others in to, where we have no lever that shuts them out; null of all other calls. */
  readonly share: Share | null;
  readonly started: readonly StartedInstance[];
  /** Names of the notebooks that it made or started. */
  readonly notebooks: readonly string[];
}

/** Something opened to others. */
export interface Share {
  /** The command, whole, that takes it back; null where the record does not say enough for it. */
  readonly undo: string | null;
}

/** What was read of one series of calls. */
export type Answer = Series<Call>;

export interface Reading {
  readonly target: User | RoleSession;
  readonly window: Window;
  /** By the principal itself, since the first sign. */
  readonly own: readonly Answer[];
  /** By what it has made or assumed since. */
  readonly further: readonly Answer[];
  /** What else could not be read. */
  readonly unknown: readonly string[];
}

/** Sentences on one question, and what could not be told. */
export interface Said {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
}

/** `a, b, c and 4 more`. */
export function few(words: readonly string[], most = 3): string {
  const rest = words.length > most ? ` and ${words.length - most} more` : '';
  return `${words.slice(0, most).join(', ')}${rest}`;
}

export const iso = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

/** How many of each, the most first. */
const counted = <T>(all: readonly T[], key: (one: T) => string): (readonly [string, readonly T[]])[] =>
  [...Map.groupBy(all, key)].toSorted(([, one], [, other]) => other.length - one.length);

/** Newest last. CloudTrail answers newest first, and its times are whole seconds. The same call comes twice where two keys found it. */
export function inOrder(answers: readonly Answer[]): Call[] {
  const all = answers.flatMap(({ calls }) => calls.toReversed());
  const byId = new Map(all.map((call) => [call.id || JSON.stringify(call), call]));
  return [...byId.values()].toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** Whom the sentences are about. */
function nameOf(target: Reading['target']): string {
  if (target.key) return `access key ${target.key}`;
  return target.kind === 'user' ? `user ${target.id}` : `session ${target.session ?? target.id}`;
}

/** How many changes, where, and how many were refused. */
export function headline({ target, window, own }: Reading, changes: readonly Call[], refused: number): string[] {
  // Where no Region answered, nothing is said about what happened there.
  const read = new Set(
    own.flatMap(({ region, calls, gaps }) => (calls.length > 0 || gaps.length === 0 ? [region] : [])),
  );
  if (read.size === 0) return [];
  const tail = refused > 0 ? `; ${refused} more were refused or failed` : '';
  const since = `by ${nameOf(target)} since ${iso(window.from)}`;
  if (changes.length === 0)
    return [
      `No change ${since} is recorded in ${read.size === 1 ? 'the one Region' : `the ${read.size} Regions`} read${tail}`,
    ];
  const where = counted(changes, ({ region }) => region).map(([region, all]) => `${region} (${all.length})`);
  return [`${changes.length} ${changes.length === 1 ? 'change' : 'changes'} ${since}, in ${few(where, 4)}${tail}`];
}

/** How many of which kind. */
export function kinds(changes: readonly Call[]): string[] {
  const named = counted(changes, ({ kind }) => kind?.many ?? '').flatMap(([many, all]) => {
    const one = all[0]?.kind?.one;
    return many === '' ? [] : [`${all.length} ${all.length === 1 ? one : many}`];
  });
  const others = changes.filter(({ kind }) => !kind).length;
  if (named.length === 0) return [];
  return [`Among them: ${few([...named, ...(others > 0 ? [`${others} of other kinds`] : [])], 8)}`];
}

/** `role deploy as session x`; users get sessions of their own, and for federated users. */
function sessionWords({ of }: Made): string {
  const [holder = '', session] = (of ?? 'somebody').split('/');
  if (session === undefined) return `a session of user ${holder}`;
  return holder === 'federated-user'
    ? `a session of federated user ${session}`
    : `role ${holder} as session ${session}`;
}

/** Every further credential once. */
export function madeIn(calls: readonly Call[]): Made[] {
  return [...new Map(calls.flatMap(({ made }) => made).map((one) => [`${one.kind} ${one.id}`, one])).values()];
}

/** What stays until somebody takes it away. */
const kindNames: Readonly<Record<Exclude<Made['kind'], 'session'>, string>> = {
  user: 'user',
  'access-key': 'access key',
  'login-profile': 'console password',
  'service-credential': 'service-specific credential',
  'ssh-key': 'SSH key',
  certificate: 'signing certificate',
};

/** What it made, and what it assumed. */
export function madeFacts(made: readonly Made[]): string[] {
  const standing = Object.entries(kindNames).flatMap(([kind, one]) => {
    const all = made.filter((each) => each.kind === kind);
    const named = all.map(({ id, of }) => (of && of !== id ? `${id} of user ${of}` : id));
    return all.length > 0 ? [`${all.length} ${one}${all.length === 1 ? '' : 's'}: ${few(named)}`] : [];
  });
  const sessions = made.filter(({ kind }) => kind === 'session').map(sessionWords);
  const times = counted(sessions, (words) => words).map(
    ([words, { length }]) => `${words}${length > 1 ? ` (${length} times)` : ''}`,
  );
  return [
    ...(standing.length > 0 ? [`It created ${standing.join('; ')}`] : []),
    ...(times.length > 0 ? [`It assumed ${few(times)}`] : []),
  ];
}

/** A credential in words. */
export const lineOfMade = ({ kind, id, of }: Made): string =>
  [kind === 'session' ? '' : kindNames[kind], kind === 'login-profile' ? '' : id, of ? `of user ${of}` : '']
    .filter((word) => word !== '')
    .join(' ');

/** Whether it works until somebody takes it away. */
export const lasts = ({ kind }: Made): boolean => lasting.some((one) => one === kind);

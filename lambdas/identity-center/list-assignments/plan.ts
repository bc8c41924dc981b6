import { isAtWorkWith } from '../arns.ts';
import type { Person } from '../person/target.ts';
import type { Assignments } from './step.ts';

/** A permission set with the accounts in which the person has it. */
export interface AssignedSet {
  readonly name: string;
  readonly accounts: readonly string[];
  /** Whether the person has it for itself somewhere, or only as one of a group. */
  readonly through: 'a group' | 'the person';
  /** How long a session of it lasts, as ISO 8601 says it: `PT8H`. */
  readonly session: string | null;
}

export interface Reading {
  readonly target: Pick<Person, 'id' | 'roleName' | 'account'>;
  readonly held: readonly AssignedSet[];
  readonly management: string;
  /** The account that IAM Identity Center was delegated to; null where the management account itself administers it. */
  readonly delegate: string | null;
  readonly unknown: readonly string[];
}

/** Permission sets that have a line of their own, and accounts that a line names. */
const [mostSets, mostAccounts] = [6, 4];

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const few = (names: readonly string[]): string =>
  names.length > mostAccounts
    ? `${names.slice(0, mostAccounts).join(', ')} and ${names.length - mostAccounts} more`
    : names.join(', ');

/** Minutes of `PT8H`, `PT1H30M`; null for anything else. */
function minutesOf(duration: string | null): number | null {
  const [, hours, minutes] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(duration ?? '') ?? [];
  return hours || minutes ? Number(hours ?? 0) * 60 + Number(minutes ?? 0) : null;
}

function longestSession(held: readonly AssignedSet[]): string[] {
  const known = held.flatMap(({ session }) => minutesOf(session) ?? []);
  if (known.length === 0) return [];
  const longest = Math.max(...known);
  const words = longest % 60 === 0 ? counted(longest / 60, 'hour') : counted(longest, 'minute');
  return [`An open session lasts up to ${words} from its start, even if the assignment is removed`];
}

const lineOf = ({ name, accounts, through }: AssignedSet, here: string): string =>
  `${name}${here} in ${few(accounts)}${through === 'a group' ? ', through a group' : ''}`;

const namesIn = (held: readonly AssignedSet[], account: string): string[] =>
  held.filter(({ accounts }) => accounts.includes(account)).map(({ name }) => name);

/** What an account to which it was delegated may not do (IAM Identity Center user guide, "Delegated administration"), said before anybody answers. */
export const cannotFrom = (delegate: string, what: string, management: string): string =>
  `The deny cannot work: IAM Identity Center does not let ${delegate} ${what}. Deny by a policy of the organisation, or by hand in ${management}`;

/** What the person may enter, the permission set of the finding first, then those in most accounts; twelve sentences at most. */
export function factsOf({ target, held, management, delegate, unknown }: Reading): Assignments {
  const mine = (one: AssignedSet): number => (isAtWorkWith(target, one.name) ? 1 : 0);
  const sorted = held.toSorted((a, b) => mine(b) - mine(a) || b.accounts.length - a.accounts.length);
  const accounts = new Set(held.flatMap((one) => one.accounts));
  const rest = sorted.length - mostSets;
  const facts = [
    held.length > 0
      ? `${target.id} may enter ${counted(accounts.size, 'account')} with ${counted(held.length, 'permission set')}`
      : `${target.id} has no permission set in any account`,
    ...sorted.slice(0, mostSets).map((one) => lineOf(one, mine(one) ? ', the one of the finding,' : '')),
    ...(rest > 0 ? [`${rest} more permission sets`] : []),
    ...(accounts.has(management)
      ? [`The management account ${management} is among them: policies of the organisation bind nobody there`]
      : []),
    ...(delegate && accounts.has(management)
      ? [cannotFrom(delegate, `change ${few(namesIn(held, management))}, which ${management} has too`, management)]
      : []),
    ...longestSession(held),
  ];
  const sessions = 'Which sessions are open now, and in which accounts: AWS does not list them';
  return { outcome: 'listed', facts, unknown: [...unknown, sessions] };
}

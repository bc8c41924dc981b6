import type { Mode } from '../../../lib/domain/authority.ts';
import type { Gap } from '../event-window.ts';
import { gapSentences } from '../event-window.ts';
import { nameOf, type Rules, whyLeft } from './plan.ts';
import type { ChainedSession, RoleChain } from './step.ts';
import { type Found, mostSessions, type Walked } from './walk.ts';

/** What is to become of what was found. */
export interface Sorted {
  /** About each of these a run begins. */
  readonly targets: readonly Found[];
  readonly left: readonly { readonly found: Found; readonly because: string }[];
  /** Role sessions that had ended by then. */
  readonly ended: readonly Found[];
  /** What the user was handed as itself: denied with the user. */
  readonly own: readonly Found[];
}

interface Beside extends Rules {
  /** The session that the run is about already; null of a user. */
  readonly origin: string | null;
  /** ISO 8601. */
  readonly now: string;
}

/** Which sessions become targets. One that has ended can do nothing any more; what it handed out was followed all the same. */
export function sorted({ found }: Pick<Walked, 'found'>, { origin, now, ...rules }: Beside): Sorted {
  const own = found.filter(({ kind }) => kind === 'user');
  const others = found.filter((one) => one.kind !== 'user' && nameOf(one) !== origin);
  const ended = others.filter(({ until }) => until !== null && until <= Date.parse(now));
  const alive = others.filter((one) => !ended.includes(one));
  const judged = alive.map((one) => ({ found: one, because: whyLeft(one, rules) }));
  const fit = judged.flatMap(({ found: one, because }) => (because === null ? [one] : []));
  const tooMany = `there are more than ${mostSessions} further sessions; revoke all sessions of its role`;
  return {
    own,
    ended,
    targets: fit.slice(0, mostSessions),
    left: [
      ...judged.flatMap(({ found: one, because }) => (because === null ? [] : [{ found: one, because }])),
      ...fit.slice(mostSessions).map((one) => ({ found: one, because: tooMany })),
    ],
  };
}

/** `role deploy as session x in account 111122223333`. */
const sessionName = ({ kind, role, session, account }: Found): string =>
  kind === 'role' ? `role ${role} as session ${session} in account ${account ?? 'unknown'}` : role;

const by = ({ by: caller, at }: Found): string => {
  const who = caller?.session ? `${caller.name}/${caller.session}` : (caller?.name ?? 'someone unnamed');
  return `${at ? `at ${at} ` : ''}by ${who}`;
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

interface Traced {
  readonly walked: Walked;
  readonly sorted: Sorted;
  readonly gaps: readonly Gap[];
  /** What else could not be read. */
  readonly unknown: readonly string[];
  readonly mode: Mode;
  readonly evidence: RoleChain['evidence'];
}

const delay = 'CloudTrail shows calls up to 15 minutes late: the latest sessions may be missing';

const said = ({ role, session, account, key, at, depth }: Found) => ({
  role,
  session,
  account: account ?? '',
  key,
  at,
  depth,
});

/** What there is to say. Whatever is left to people, unread or not followed makes it `partly-traced`, with the reasons in one sentence. */
export function resultOf({
  walked,
  sorted: { targets, left, ended, own },
  gaps,
  unknown,
  mode,
  evidence,
}: Traced): RoleChain {
  const outcome = mode === 'observe' ? ('would-start' as const) : ('started' as const);
  const open = [
    ...left.map(({ found, because }) => `${sessionName(found)}: ${because}`),
    ...unknown,
    ...walked.unknown,
    ...gapSentences(gaps, (regions) => regions.join(', ')),
  ];
  const sessions: ChainedSession[] = [
    ...targets.map((one) => ({ ...said(one), outcome })),
    ...left.map(({ found, because }) => ({ ...said(found), outcome: 'left' as const, because })),
  ];
  const facts = [
    targets.length > 0
      ? `${counted(targets.length, 'further session', 'further sessions')}, each a target of this incident`
      : 'No other session that is still valid is recorded',
    ...targets.map((one) => `${sessionName(one)}, issued ${by(one)}`),
    ...(ended.length > 0 ? [`${counted(ended.length, 'more had ended', 'more had ended')} by itself`] : []),
    ...(own.length > 0 ? ['Sessions of the user itself are denied together with the user'] : []),
    delay,
  ];
  const finished = open.length > 0 ? 'partly-traced' : 'traced';
  return {
    outcome: mode === 'observe' ? 'would-trace' : finished,
    facts,
    unknown: open,
    sessions,
    evidence,
    because: open.length > 0 ? open.join('; ') : (facts[0] ?? ''),
  };
}

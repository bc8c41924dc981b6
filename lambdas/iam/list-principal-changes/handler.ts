import { RoleClass } from '../../../lib/domain/step.ts';
import { environment } from '../../runtime/environment.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { type EventQuery, type Lookup, regionsOf } from '../event-history.ts';
import { kept, type Window, windowOf } from '../event-window.ts';
import { firstSeen } from './first-seen.ts';
import { lookups } from './lookup.ts';
import { type Answer, type Call, iso, type Reading } from './plan.ts';
import { changesOf } from './result.ts';
import { listPrincipalChanges, type PrincipalChanges } from './step.ts';
import { walk } from './walk.ts';

interface Looking {
  readonly target: Reading['target'];
  readonly session: Session;
  readonly now: () => string;
}

type By = Pick<EventQuery, 'key' | 'value'>;

/** Pages of 50 calls: of the principal itself, of each further credential, of its past where it lives and elsewhere. */
const pages = { own: 10, further: 2, past: 2, elsewhere: 1 };
/** Regions whose past is read, the busiest first. */
const mostPast = 6;

/** A session of a role is on record under the session's name, a user under its own (AWS CloudTrail API reference, LookupEvents). */
function byName(target: Looking['target']): By | null {
  const value = target.kind === 'user' ? target.id : target.session;
  return value ? { key: 'Username', value } : null;
}

/** Two roles may have sessions of one name, and a user that name too: a record that names another caller is another's. */
function isTheirs(target: Looking['target'], { caller }: Call): boolean {
  if (!caller) return true;
  if (target.kind === 'user') return caller.kind === 'iam-user' && caller.name === target.id;
  const role = target.role?.name ?? target.principal?.name;
  return caller.session !== null && (!role || !caller.name || caller.name === role);
}

/** What our own roles do in the account belongs to the response. */
function isOurs({ caller }: Call): boolean {
  const ours = RoleClass.options.map((role) => `${environment('NAME')}-${role}`);
  return caller?.session !== null && ours.includes(caller?.name ?? '');
}

const only = (answer: Answer, keep: (call: Call) => boolean): Answer => ({
  ...answer,
  calls: answer.calls.filter(keep),
});

const everywhere = (
  read: Lookup<Call>,
  regions: readonly string[],
  asked: Omit<EventQuery, 'region'>,
): Promise<Answer[]> => Promise.all(regions.map((region) => read({ ...asked, region })));

/** What it did before, where it lives and wherever it has been since; null where nothing names it. */
async function past(read: Lookup<Call>, target: Looking['target'], { from, to }: Window, own: readonly Answer[]) {
  const by = byName(target);
  if (!by) return null;
  const busy = own.filter(({ calls, region }) => calls.length > 0 && region !== target.region);
  const others = busy.toSorted((one, other) => other.calls.length - one.calls.length).slice(0, mostPast - 1);
  const window = { from: new Date(to.getTime() - kept), to: new Date(from.getTime() - 1000) };
  if (window.to <= window.from) return [];
  const asked = [
    { region: target.region, pages: pages.past },
    ...others.map(({ region }) => ({ region, pages: pages.elsewhere })),
  ];
  const answers = await Promise.all(asked.map((where) => read({ ...by, ...where, window })));
  return answers.map((answer) => only(answer, (call) => isTheirs(target, call)));
}

export async function list(looking: Looking): Promise<PrincipalChanges> {
  const { target, session, now } = looking;
  const window = windowOf(target, now());
  const named = byName(target);
  const by: By | null = target.key ? { key: 'AccessKeyId', value: target.key } : named;
  if (!by) return { ...nobody, since: iso(window.from) };
  const { regions, unknown } = await regionsOf(target, session);
  const read = lookups(session);
  const mine = (call: Call): boolean => !isOurs(call) && (by.key === 'AccessKeyId' || isTheirs(target, call));
  const answers = await everywhere(read, regions, { ...by, window, pages: pages.own });
  const own = answers.map((answer) => only(answer, mine));
  const byKey = (value: string): Promise<Answer[]> =>
    everywhere(read, regions, { key: 'AccessKeyId', value, window, pages: pages.further });
  const [{ further, unknown: unfollowed }, earlier] = await Promise.all([
    walk(
      own.flatMap(({ calls }) => calls),
      target,
      byKey,
    ),
    past(read, target, window, own),
  ]);
  return changesOf(
    { target, window, own, further, unknown: [...unknown, ...unfollowed] },
    firstSeen({ window, own, earlier }),
  );
}

const nobody: Omit<PrincipalChanges, 'since'> = {
  outcome: 'listed',
  facts: [],
  unknown: ['What it has changed: the finding names neither an access key nor a session'],
  changes: [],
  made: [],
  started: [],
  lines: [],
  removable: 'none',
};

export const handler = serveStep(listPrincipalChanges, list);

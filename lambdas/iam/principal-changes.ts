import { RoleClass } from '../../lib/domain/step.ts';
import { environment } from '../runtime/environment.ts';
import type { Session } from '../runtime/session.ts';
import type { EventQuery, Lookup } from './event-history.ts';
import { gapSentences, kept, type Window, windowOf } from './event-window.ts';
import { firstSeen } from './list-principal-changes/first-seen.ts';
import { lookups } from './list-principal-changes/lookup.ts';
import { type Answer, type Call, few, inOrder, iso, type Reading } from './list-principal-changes/plan.ts';
import { changesOf } from './list-principal-changes/result.ts';
import { notebooksIn, type StartedNotebook, startedIn } from './list-principal-changes/started.ts';
import type { PrincipalChanges } from './list-principal-changes/step.ts';
import { walk } from './list-principal-changes/walk.ts';
import { regionsOf } from './regions.ts';

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

interface Own extends Pick<Reading, 'target' | 'window' | 'own' | 'unknown'> {
  readonly read: Lookup<Call>;
  readonly regions: readonly string[];
}

/** Its own calls since the first sign; null where nothing names it. */
async function ownOf({ target, session, now }: Looking): Promise<Own | null> {
  const window = windowOf(target, now());
  const by: By | null = target.key ? { key: 'AccessKeyId', value: target.key } : byName(target);
  if (!by) return null;
  const { regions, unknown } = await regionsOf(target, session);
  const read = lookups(session);
  const mine = (call: Call): boolean => !isOurs(call) && (by.key === 'AccessKeyId' || isTheirs(target, call));
  const answers = await everywhere(read, regions, { ...by, window, pages: pages.own });
  return { target, window, own: answers.map((answer) => only(answer, mine)), unknown, read, regions };
}

/** And the calls of what it came by since. */
async function followed({ read, regions, ...known }: Own): Promise<Reading> {
  const { target, window, own } = known;
  const byKey = (value: string): Promise<Answer[]> =>
    everywhere(read, regions, { key: 'AccessKeyId', value, window, pages: pages.further });
  const calls = own.flatMap((answer) => answer.calls);
  const { further, unknown } = await walk(calls, target, byKey);
  return { ...known, further, unknown: [...known.unknown, ...unknown] };
}

const unnamed = 'What it has changed: the finding names neither an access key nor a session';

/** What a user or a session has changed since the first sign, by itself and by what it came by. */
export async function principalChanges(looking: Looking): Promise<PrincipalChanges> {
  const known = await ownOf(looking);
  if (!known) return { ...nobody, since: iso(windowOf(looking.target, looking.now()).from) };
  const { read, target, window, own } = known;
  const [reading, earlier] = await Promise.all([followed(known), past(read, target, window, own)]);
  return changesOf(reading, firstSeen({ window, own, earlier }));
}

const nobody: Omit<PrincipalChanges, 'since'> = {
  outcome: 'listed',
  facts: [],
  unknown: [unnamed],
  changes: [],
  made: [],
  started: [],
  lines: [],
  removable: 'none',
};

/** What runs by itself among them, and what may hide more. */
export interface Started extends Pick<PrincipalChanges, 'started' | 'unknown'> {
  readonly notebooks: readonly StartedNotebook[];
}

/** The instances and notebooks among them. */
export async function startedResources(looking: Looking): Promise<Started> {
  const known = await ownOf(looking);
  if (!known) return { started: [], notebooks: [], unknown: [unnamed] };
  const { own, further, window, unknown } = await followed(known);
  const answers = [...own, ...further];
  const calls = inOrder(answers);
  const found = startedIn(calls, window.to);
  const gaps = gapSentences(
    answers.flatMap((answer) => answer.gaps),
    few,
  );
  return {
    started: found.started,
    notebooks: notebooksIn(calls),
    unknown: [...unknown, ...gaps, ...found.unknown],
  };
}

import { DescribePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { shortName } from '../arns.ts';
import { assignmentsOf, type Center, centerOf, setsIn, userIdOf } from '../center.ts';
import type { Person } from '../person/target.ts';
import { asSeenFor, denies, meantWith, withoutDenial } from '../person-policy.ts';
import { accountsBehind, policyIn, write } from './permission-set.ts';
import { planDeny, type SeenSet, verdictOf } from './plan.ts';
import { denyIdentityCenterUser, type PersonDeny } from './step.ts';

type Job = LeverJob<Person, PersonDeny>;

async function look({ id }: Person, session: Session): Promise<PersonDeny> {
  const center = await centerOf(session);
  const userId = await userIdOf(center, id);
  // Somebody who was taken out of the directory is denied as before; letting go finds the permission sets in the before-state.
  if (!userId) return { userId, sets: {} };
  const sets = setsIn(await assignmentsOf(center, userId));
  const read = sets.map(
    async (set): Promise<[string, string]> => [
      set,
      asSeenFor(await center.oneOfFew(() => policyIn(center, set)), userId),
    ],
  );
  return { userId, sets: Object.fromEntries(await Promise.all(read)) };
}

type Rewriting = readonly [set: string, rewrite: (standing: string) => string];

/** One permission set that fails does not hold the others back. */
async function writeAll(center: Center, sets: readonly Rewriting[]): Promise<Change> {
  const changed: string[] = [];
  const jobs = sets.map(([set, rewrite]) => {
    const what = `permission set ${shortName(set)}`;
    const job = async () => {
      if ((await write(center, set, rewrite)) === 'changed')
        changed.push(`${what}: policy written and provisioned to its accounts`);
    };
    return [what, job] as const;
  });
  const { failed } = await all(jobs);
  return changeOf(changed.toSorted(), failed);
}

/** The person sees `policy`; what other incidents deny other people stays. */
const putting =
  (userId: string | null) =>
  ([set, policy]: readonly [string, string]): Rewriting => [
    set,
    (standing) => meantWith(policy, standing, userId ?? ''),
  ];

async function apply({ to: { userId, sets }, session }: Job): Promise<Change> {
  return writeAll(await centerOf(session), Object.entries(sets).map(putting(userId)));
}

/**
 * Puts the policies back where the person still has the permission set. Where not, nobody has been shown what stands there now, so our
 * statement alone is taken out; and what is left of these shows in no comparison.
 */
async function release({ from, to: { userId, sets }, session }: Job): Promise<Change> {
  const center = await centerOf(session);
  const has = ([set]: readonly [string, string]): boolean => Object.hasOwn(from.sets, set);
  const before = Object.entries(sets);
  const lost = before.filter((one) => !has(one));
  const taken = await writeAll(
    center,
    lost.map(([set]): Rewriting => [set, (standing) => withoutDenial(standing, userId ?? '')]),
  );
  if (taken.outcome === 'partly-applied')
    throw new Refused(
      `Our deny is still in place: ${taken.failed.map(({ what, error }) => `${what} (${error})`).join('; ')}`,
    );
  return writeAll(center, before.filter(has).map(putting(userId)));
}

/** What the person was given or has lost meanwhile is not ours to put back; it was shown to whoever agreed. */
function left(before: PersonDeny, now: PersonDeny): Difference[] {
  const both = Object.keys(before.sets).filter((set) => Object.hasOwn(now.sets, set));
  const only = ({ sets }: PersonDeny) => Object.fromEntries(both.map((set) => [set, sets[set]]));
  return differences(only(before), only(now), 'sets');
}

async function readBack(center: Center, set: string, userId: string): Promise<SeenSet[]> {
  const which = { InstanceArn: center.instance, PermissionSetArn: set };
  try {
    const [{ PermissionSet }, policy, behind] = await Promise.all([
      center.sso.send(new DescribePermissionSetCommand(which)),
      policyIn(center, set),
      accountsBehind(center, set),
    ]);
    return [{ name: PermissionSet?.Name ?? shortName(set), denied: denies(policy, userId) ? 'yes' : 'no', behind }];
  } catch (error) {
    // A permission set that is no more is no way in.
    if (isGone(error)) return [];
    throw error;
  }
}

/** Those the person had when it was denied, since open sessions outlive an assignment, and those it was given since. */
async function verify({ target, stored, now, session }: LeverReading<Person, PersonDeny>) {
  const center = await centerOf(session);
  const sets = [...new Set([...Object.keys(stored.ours.sets), ...Object.keys(now.sets)])];
  const { userId } = stored.ours;
  const reading = sets.map((set) => center.oneOfFew(() => readBack(center, set, userId ?? '')));
  return verdictOf(target, (await Promise.all(reading)).flat());
}

export const handler = serveLever(denyIdentityCenterUser, { look, plan: planDeny, apply, release, left, verify });

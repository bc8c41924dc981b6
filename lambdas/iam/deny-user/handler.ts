import {
  AttachUserPolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam';
import { Broken, Refused } from '../../../lib/domain/errors.ts';
import { quarantinePolicy } from '../../../lib/domain/identity.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { isFresh } from '../../../lib/domain/resource.ts';
import { environment } from '../../runtime/environment.ts';
import { isGone, sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { User } from '../user/target.ts';
import { type Act, beforeStateFrom, beforeStateOf, planDeny, toDeny, toRelease, verdictOf } from './plan.ts';
import { denyUser, type UserDeny } from './step.ts';

/** The attached policies once more, where the facts are old: a thief may fill the room up while people decide. */
interface Room {
  readonly attached: readonly string[];
}
type Job = LeverJob<User, UserDeny, Room>;

const policyFor = (target: User): string => quarantinePolicy(target, environment('NAME'));

/** ARNs of the attached policies. A user has twenty at most (IAM quotas): one page. */
async function attachedTo({ id }: User, session: Session): Promise<string[]> {
  const command = new ListAttachedUserPoliciesCommand({ UserName: id });
  const { AttachedPolicies = [] } = await session.client(IAMClient).send(command);
  return AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn);
}

async function look(target: User, session: Session): Promise<UserDeny> {
  const [attached, { User: user }] = await Promise.all([
    attachedTo(target, session),
    session.client(IAMClient).send(new GetUserCommand({ UserName: target.id })),
  ]);
  return beforeStateOf(attached, user?.PermissionsBoundary?.PermissionsBoundaryArn ?? null, policyFor(target));
}

function send(act: Act, { id }: User, policy: string, iam: IAMClient): Promise<unknown> {
  const which = { UserName: id };
  if (act === 'attach') return iam.send(new AttachUserPolicyCommand({ ...which, PolicyArn: policy }));
  if (act === 'detach') return iam.send(new DetachUserPolicyCommand({ ...which, PolicyArn: policy }));
  if (act === 'no boundary') return iam.send(new DeleteUserPermissionsBoundaryCommand(which));
  return iam.send(new PutUserPermissionsBoundaryCommand({ ...which, PermissionsBoundary: act.boundary }));
}

const wordsFor = (act: Act, policy: string): string => {
  if (act === 'attach') return `${policy} attached`;
  if (act === 'detach') return `${policy} detached`;
  return act === 'no boundary' ? 'permissions boundary removed' : `permissions boundary ${act.boundary}`;
};

/** IAM's answers that mean "not this way". A missing policy comes under the same name as a missing user; only its words tell. */
function meaning(error: Error, act: Act, { account }: User, policy: string): Error {
  const cause = { cause: error };
  if (error.name === 'LimitExceededException') {
    const full = 'The user has no room for another managed policy, although there was some a moment ago';
    return new Refused(`${full}: detach one, or make ${policy} its permissions boundary. (${sentence(error)})`, cause);
  }
  if (!isGone(error)) return error;
  if (error.message.includes(policy) && act !== 'detach') {
    return new Broken(`${policy} is missing: deploy the member stack into account ${account}.`, cause);
  }
  if (typeof act === 'object' && error.message.includes(act.boundary)) {
    return new Refused(
      `The former boundary ${act.boundary} no longer exists: the Tourniquet boundary stays until you set another.`,
      cause,
    );
  }
  return error;
}

/** One after the other: there are two at most, and what does not succeed leaves the user as denied as it was. */
async function carryOut(acts: readonly Act[], target: User, session: Session): Promise<Change> {
  const policy = policyFor(target);
  for (const act of acts) {
    await send(act, target, policy, session.client(IAMClient)).catch((error: Error) => {
      throw meaning(error, act, target, policy);
    });
  }
  return changeOf(
    acts.map((act) => `${target.id}: ${wordsFor(act, policy)}`),
    [],
  );
}

export const handler = serveLever(denyUser, {
  look,
  beforeStateFrom: (target: User, now: string) => beforeStateFrom(target, now, policyFor(target)),
  preparedFrom: (target: User): Room | null => (isFresh(target, new Date().toISOString()) ? target : null),
  prepare: async (target: User, session: Session): Promise<Room> => ({
    attached: await attachedTo(target, session),
  }),
  plan: (target: User, before: UserDeny, room: Room | null) =>
    planDeny(target, before, { policy: policyFor(target), attached: (room ?? target).attached.length }),
  apply: ({ from, to, target, session }: Job) => carryOut(toDeny(from, to, policyFor(target)), target, session),
  release: ({ from, to, target, session }) => carryOut(toRelease(from, to), target, session),
  verify: async ({ target, now }) => verdictOf(target, now, policyFor(target)),
});

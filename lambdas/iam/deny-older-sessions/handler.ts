import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Change, Verdict } from '../../../lib/domain/outcome.ts';
import { isGone } from '../../runtime/errors.ts';
import { hashOf } from '../../runtime/ledger.ts';
import { type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { refusedByIam } from '../refusal.ts';
import type { RoleSession } from '../role-session/target.ts';
import { cutOffAfter, cutOffIn, planOlderDeny, policyFor, policyName, stateOf, verdictOf } from './plan.ts';
import { denyOlderSessions, type OlderDeny } from './step.ts';

type Job = LeverJob<RoleSession, OlderDeny>;

const digest = (text: string): string => hashOf(text).slice(0, 12);
const whichOn = (target: RoleSession) => ({
  RoleName: target.role?.name ?? '',
  PolicyName: policyName(target, digest),
});

async function cutOffOn(target: RoleSession, session: Session): Promise<string | null> {
  if (!target.role) return null;
  try {
    const { PolicyDocument = null } = await session.client(IAMClient).send(new GetRolePolicyCommand(whichOn(target)));
    return cutOffIn(PolicyDocument);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

const look = async (target: RoleSession, session: Session): Promise<OlderDeny> =>
  stateOf(await cutOffOn(target, session), target);

/** The cut-off is the moment of writing: between the finding and us the thief may have made new sessions, and those have to fall. */
async function apply({ target, session, run }: Job): Promise<Change> {
  const cutOff = cutOffAfter(new Date().toISOString());
  const which = whichOn(target);
  await session
    .client(IAMClient)
    .send(new PutRolePolicyCommand({ ...which, PolicyDocument: policyFor(cutOff, run.id) }))
    .catch(refusedByIam);
  return { outcome: 'applied', changed: [`${which.RoleName}: ${which.PolicyName}, sessions made before ${cutOff}`] };
}

async function release({ target, session }: Job): Promise<Change> {
  const which = whichOn(target);
  try {
    await session.client(IAMClient).send(new DeleteRolePolicyCommand(which));
    return { outcome: 'applied', changed: [`${which.RoleName}: ${which.PolicyName}`] };
  } catch (error) {
    if (isGone(error)) return { outcome: 'already-applied' };
    throw error;
  }
}

const verify = async ({ target, stored, session }: LeverReading<RoleSession, OlderDeny>): Promise<Verdict> =>
  verdictOf(await cutOffOn(target, session), stored.takenAt);

/** Confirming writes a later cut-off: sessions made while the first one spread must fall too. */
export const handler = serveLever(denyOlderSessions, {
  look,
  plan: planOlderDeny,
  apply,
  release,
  verify,
  confirms: 'by doing it again',
});

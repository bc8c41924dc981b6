import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Refused } from '../../lib/domain/errors.ts';
import type { Change } from '../../lib/domain/outcome.ts';
import type { Instance } from '../../lib/domain/resource.ts';
import { isGone, sentence } from '../runtime/errors.ts';
import { type LeverJob, serveLever } from '../runtime/serve-lever.ts';
import type { Session } from '../runtime/session.ts';
import { denies, planDeny, policyFor, policyName } from './plan.ts';
import { denyInstanceSession, type SessionDeny } from './step.ts';

type Job = LeverJob<Instance, SessionDeny>;

const whichOn = ({ id, role }: Instance) => ({ RoleName: role?.name ?? '', PolicyName: policyName(id) });

async function look(target: Instance, session: Session): Promise<SessionDeny> {
  if (!target.role) return { denied: 'no' };
  try {
    const { PolicyDocument = null } = await session.client(IAMClient).send(new GetRolePolicyCommand(whichOn(target)));
    return { denied: denies(PolicyDocument, target.id) ? 'yes' : 'no' };
  } catch (error) {
    if (isGone(error)) return { denied: 'no' };
    throw error;
  }
}

/** IAM's answers to a write that mean "not this way": a person has to decide. */
function refusal(error: Error): never {
  const full = 'The inline policies of the role are full: 10,240 characters in all (IAM quotas). Take one out';
  if (error.name === 'LimitExceededException') throw new Refused(`${full}. (${sentence(error)})`, { cause: error });
  if (error.name === 'UnmodifiableEntityException') throw new Refused(sentence(error), { cause: error });
  throw error;
}

async function apply({ target, session, run }: Job): Promise<Change> {
  const PolicyDocument = policyFor(target.id, run.id);
  await session
    .client(IAMClient)
    .send(new PutRolePolicyCommand({ ...whichOn(target), PolicyDocument }))
    .catch(refusal);
  return { outcome: 'applied', changed: [`${target.role?.name}: ${policyName(target.id)}`] };
}

async function release({ target, session }: Job): Promise<Change> {
  try {
    await session.client(IAMClient).send(new DeleteRolePolicyCommand(whichOn(target)));
    return { outcome: 'applied', changed: [`${target.role?.name}: ${policyName(target.id)}`] };
  } catch (error) {
    if (isGone(error)) return { outcome: 'already-applied' };
    throw error;
  }
}

export const handler = serveLever(denyInstanceSession, { look, plan: planDeny, apply, release });

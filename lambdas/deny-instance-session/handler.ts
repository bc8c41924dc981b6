import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import type { Change } from '../../lib/domain/outcome.ts';
import type { Instance } from '../../lib/domain/resource.ts';
import { isGone, sentence } from '../runtime/errors.ts';
import { type LeverJob, serveLever } from '../runtime/serve-lever.ts';
import type { Session } from '../runtime/session.ts';
import { denies, merged, planDeny, policyFrom, policyName, without } from './plan.ts';
import { type DenyPolicy, denyInstanceSession, type SessionDeny } from './step.ts';

type Job = LeverJob<Instance, SessionDeny>;

/** Times we write the policy before the turn goes back to Step Functions. */
const patience = 5;

async function read(iam: IAMClient, RoleName: string): Promise<DenyPolicy | null> {
  try {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: policyName }));
    return PolicyDocument ? policyFrom(PolicyDocument) : null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function look({ id, role }: Instance, session: Session): Promise<SessionDeny> {
  const policy = role && (await read(session.client(IAMClient), role.name));
  return { denied: denies(policy, id) ? 'yes' : 'no' };
}

/** What IAM answers to a write, in the three meanings. */
function meant(error: Error): never {
  const { name } = error;
  const full =
    'The inline policies of the role are full: 10,240 characters in all (IAM quotas). Take one out, or use another lever';
  if (name === 'LimitExceededException') throw new Refused(`${full}. (${sentence(error)})`, { cause: error });
  if (name === 'UnmodifiableEntityException') throw new Refused(sentence(error), { cause: error });
  if (name === 'ConcurrentModificationException') throw new Transient(sentence(error), { cause: error });
  throw error;
}

async function write(iam: IAMClient, RoleName: string, policy: DenyPolicy | null): Promise<void> {
  const which = { RoleName, PolicyName: policyName };
  if (policy) {
    await iam.send(new PutRolePolicyCommand({ ...which, PolicyDocument: JSON.stringify(policy) })).catch(meant);
    return;
  }
  await iam.send(new DeleteRolePolicyCommand(which)).catch((error: Error) => {
    if (!isGone(error)) meant(error);
  });
}

/**
 * Changes the policy and reads it back until it says so. IAM has no conditional write: two runs on one role may each write without the
 * other's statement, and the one that lost writes again. The pauses differ, so that they do not stay in step.
 */
async function rewrite(
  { session, target, to }: Job,
  change: (policy: DenyPolicy | null) => DenyPolicy | null,
): Promise<Change> {
  const iam = session.client(IAMClient);
  const role = target.role?.name ?? '';
  for (let turn = 0; turn < patience; turn++) {
    const policy = await read(iam, role);
    if (denies(policy, target.id) === (to.denied === 'yes')) {
      return turn === 0 ? { outcome: 'already-applied' } : { outcome: 'applied', changed: [`${role}: ${policyName}`] };
    }
    await write(iam, role, change(policy));
    await sleep(200 + Math.random() * 600);
  }
  throw new Transient(`Somebody else keeps changing ${policyName} on ${role}.`);
}

const apply = (job: Job) => rewrite(job, (policy) => merged(policy, job.target.id, job.run.incident));
const release = (job: Job) => rewrite(job, (policy) => without(policy, job.target.id));

export const handler = serveLever(denyInstanceSession, { look, plan: planDeny, apply, release });

import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Broken } from '../../../lib/domain/errors.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { isGone } from '../../runtime/errors.ts';
import { hashOf } from '../../runtime/ledger.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { refusedByIam } from '../refusal.ts';
import { beforeStateFrom, conditionOf, denies, planDeny, policyFor, policyName } from './plan.ts';
import { denySession, type Holder, type SessionDeny } from './step.ts';

type Job = LeverJob<Holder, SessionDeny>;

const digest = (text: string): string => hashOf(text).slice(0, 12);
const whichOn = (target: Holder) => ({ RoleName: target.role?.name ?? '', PolicyName: policyName(target, digest) });
const change = (target: Holder): Change => ({
  outcome: 'applied',
  changed: [`${target.role?.name}: ${policyName(target, digest)}`],
});

async function look(target: Holder, session: Session): Promise<SessionDeny> {
  if (!conditionOf(target)) return { denied: 'no' };
  try {
    const { PolicyDocument = null } = await session.client(IAMClient).send(new GetRolePolicyCommand(whichOn(target)));
    return { denied: denies(PolicyDocument, target) ? 'yes' : 'no' };
  } catch (error) {
    if (isGone(error)) return { denied: 'no' };
    throw error;
  }
}

async function apply({ target, session, run }: Job): Promise<Change> {
  const PolicyDocument = policyFor(target, run.id);
  if (!PolicyDocument) throw new Broken(`${target.id} has a plan without a role or a session.`);
  await session
    .client(IAMClient)
    .send(new PutRolePolicyCommand({ ...whichOn(target), PolicyDocument }))
    .catch(refusedByIam);
  return change(target);
}

async function release({ target, session }: Job): Promise<Change> {
  try {
    await session.client(IAMClient).send(new DeleteRolePolicyCommand(whichOn(target)));
    return change(target);
  } catch (error) {
    if (isGone(error)) return { outcome: 'already-applied' };
    throw error;
  }
}

export const handler = serveLever(denySession, {
  look,
  beforeStateFrom: (target, now) => beforeStateFrom(target, now, policyName(target, digest)),
  plan: planDeny,
  apply,
  release,
});

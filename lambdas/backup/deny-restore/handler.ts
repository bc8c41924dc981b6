import { createHash } from 'node:crypto';
import { comparedPolicy, type ResourcePolicy } from '../../../lib/domain/resource-policy.ts';
import { serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { spare } from '../../runtime/spared.ts';
import { lookAtPolicy, putOurs, takeOurs } from '../put-policy.ts';
import type { RecoveryPoint } from '../recovery-point/target.ts';
import { planNoRestore, sidFor } from './plan.ts';
import { denyRestore } from './step.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

async function look(target: RecoveryPoint, session: Session): Promise<ResourcePolicy> {
  const sids = [sidFor(target, digest)];
  // The plan says that nobody knows where it lies.
  return target.vault ? lookAtPolicy(target.vault, session, sids) : { document: null, sids };
}

const vaultOf = ({ vault }: RecoveryPoint): string => vault ?? '';

export const handler = serveLever(denyRestore, {
  look,
  prepare: (target, _, work) => spare(target, work),
  plan: planNoRestore,
  apply: (job) => putOurs(vaultOf(job.target), job),
  release: (job) => takeOurs(vaultOf(job.target), job),
  compared: comparedPolicy,
});

import { comparedPolicy } from '../../../lib/domain/resource-policy.ts';
import { serveLever } from '../../runtime/serve-lever.ts';
import { spare } from '../../runtime/spared.ts';
import { lookAtPolicy, putOurs, takeOurs } from '../put-policy.ts';
import { planKeep, sids } from './plan.ts';
import { keepRecoveryPoints } from './step.ts';

export const handler = serveLever(keepRecoveryPoints, {
  look: ({ id }, session) => lookAtPolicy(id, session, sids),
  prepare: (target, _, work) => spare(target, work),
  plan: planKeep,
  apply: (job) => putOurs(job.target.id, job),
  release: (job) => takeOurs(job.target.id, job),
  compared: comparedPolicy,
});

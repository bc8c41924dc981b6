import { comparedPolicy } from '../../../lib/domain/resource-policy.ts';
import { serveLever } from '../../runtime/serve-lever.ts';
import { spare } from '../../runtime/spared.ts';
import { lookAtPolicy, putOurs, takeOurs } from '../put-policy.ts';
import { planNoDeletes, sids } from './plan.ts';
import { denyDeletes } from './step.ts';

export const handler = serveLever(denyDeletes, {
  look: (target, session) => lookAtPolicy(target, session, sids),
  prepare: (target, _, work) => spare(target, work),
  plan: planNoDeletes,
  apply: putOurs,
  release: takeOurs,
  compared: comparedPolicy,
});

import { createHash } from 'node:crypto';
import { comparedPolicy } from '../../../lib/domain/resource-policy.ts';
import { serveLever } from '../../runtime/serve-lever.ts';
import { spare } from '../../runtime/spared.ts';
import { lookAtPolicy, putOurs, takeOurs } from '../put-policy.ts';
import { planDeny, sidsFor } from './plan.ts';
import { denyOnBucket } from './step.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export const handler = serveLever(denyOnBucket, {
  look: (target, session) => lookAtPolicy(target, session, sidsFor(target, digest)),
  prepare: (target, _, work) => spare(target, work),
  plan: (target, before, prepared) => planDeny(target, before, prepared, digest),
  apply: putOurs,
  release: takeOurs,
  compared: comparedPolicy,
});

import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance } from '../instance/target.ts';

/**
 * Target groups that list the instance by its id: ARN → registrations, sorted by port. A zone cannot be given for such targets; a QUIC
 * server id has to be (TargetDescription API). Groups that list it by address and Classic Load Balancers are left alone.
 */
export const Registrations = z.object({
  targetGroups: z.record(z.string(), z.array(z.object({ port: z.number(), quicServerId: z.string().nullable() }))),
});
export type Registrations = z.infer<typeof Registrations>;

/** Every group: which ones list the instance is only known once we have looked. */
const targetGroups = (target: Instance): string[] => every(target, 'elasticloadbalancing', 'targetgroup');

export const leaveLoadBalancers = defineLever({
  name: 'leave-load-balancers',
  title: 'Remove the instance from its load balancers',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Target groups that list it by instance id send it no new requests; those in flight drain. Not for groups by address, nor Classic Load Balancers.',
  undo: 'The instance is registered again with the same ports.',
  stands: { held: 'out of the load balancers', open: 'still behind the load balancers' },
  // A health check that meets a network which is still shut has the instance terminated within seconds (ELB: 5 s, twice).
  releasedAfter: 'quarantine-interfaces',
  target: Instance,
  beforeState: Registrations,
  look: [allow('elasticloadbalancing:DescribeTargetGroups'), allow('elasticloadbalancing:DescribeTargetHealth')],
  apply: { permissions: [allow('elasticloadbalancing:DeregisterTargets', targetGroups)], within: 60 },
  release: { permissions: [allow('elasticloadbalancing:RegisterTargets', targetGroups)], within: 60 },
});

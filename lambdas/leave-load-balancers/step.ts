import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { every, Instance } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** Target groups that send traffic to the instance: ARN → ports, each as registered. */
export const Registrations = z.object({
  targetGroups: z.record(z.string(), z.array(z.object({ port: z.number(), zone: z.string().nullable() }))),
});
export type Registrations = z.infer<typeof Registrations>;

const targetGroups = (target: Instance): string[] => every(target, 'elasticloadbalancing', 'targetgroup');

export const leaveLoadBalancers = defineLever({
  name: 'leave-load-balancers',
  title: 'Take the instance out of its load balancers',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect: 'Load balancers send it no new requests; those in flight drain.',
  undo: 'It is registered again with the same ports.',
  target: Instance,
  beforeState: Registrations,
  look: [allow('elasticloadbalancing:DescribeTargetGroups'), allow('elasticloadbalancing:DescribeTargetHealth')],
  apply: { permissions: [allow('elasticloadbalancing:DeregisterTargets', targetGroups)], within: 60 },
  release: { permissions: [allow('elasticloadbalancing:RegisterTargets', targetGroups)], within: 60 },
});

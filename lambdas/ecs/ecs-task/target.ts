import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn, every, type Place, Role } from '../../../lib/domain/resource.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';

/** 32 hexadecimal digits; tasks of older agents have hyphens in theirs (ECS guide, "Amazon Resource Names (ARNs) and IDs"). */
const TaskId = z.string().regex(/^[0-9a-f-]{32,36}$/);

/** A task of ECS with the facts every step needs. `id` is the end of its ARN. */
export const EcsTask = AnyTarget.extend({
  kind: z.literal('ecs-task'),
  id: TaskId,
  /** Name of its cluster. */
  cluster: z.string().min(1),
  /** ARN of its definition, with the revision; null until it was read. */
  definition: z.string().nullable(),
  /** Name of the service that started it, and that replaces it; null of a task that somebody runs by itself. */
  service: z.string().nullable(),
  /** ARN by which Application Auto Scaling knows that service; null where it does not scale it. */
  scaling: z.string().nullable(),
  /** As ECS calls where it runs: EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES. */
  launch: z.string().nullable(),
  /** Id of the EC2 instance it runs on; null where there is none of the account's. */
  host: z.string().nullable(),
  /** ARN of the role whose credentials it gets; null where it has none. */
  roleArn: z.string().nullable(),
  role: Role.nullable(),
});
export type EcsTask = z.infer<typeof EcsTask>;

export const taskArn = (target: EcsTask): string => arn(target, 'ecs', `task/${target.cluster}/${target.id}`);
export const serviceArns = (target: EcsTask): string[] =>
  target.service ? [arn(target, 'ecs', `service/${target.cluster}/${target.service}`)] : [];
export const hostArns = (target: EcsTask): string[] =>
  target.host ? [arn(target, 'ec2', `instance/${target.host}`)] : [];
export const taskRoleArns = ({ role }: EcsTask): string[] => (role ? [role.arn] : []);

/** AWS Batch names its clusters so (Batch API reference, DescribeComputeEnvironments, ecsClusterArn). */
export const isBatch = ({ cluster }: EcsTask): boolean => /_Batch_[0-9a-f-]{36}$/.test(cluster);

export const ecsTask = defineTarget(EcsTask)({
  kind: 'ecs-task',
  title: 'ECS task',
  arn: taskArn,
  from({ kind, id, inside }, { place, now }) {
    if (kind !== 'ecs-task' || !inside || !TaskId.safeParse(id).success) return null;
    const unread = {
      definition: null,
      service: null,
      scaling: null,
      launch: null,
      host: null,
      roleArn: null,
      role: null,
    };
    return { ...place, kind, id, cluster: inside, seenAt: now, tags: {}, ...unread };
  },
  suspects: taskRoleArns,
  identity: ({ role }) => role?.arn ?? null,
  untouchable: ({ role }) => role && whyNotOurs(role),
  any: (place) => ({
    ...place,
    kind: 'ecs-task',
    id: '*',
    cluster: '*',
    seenAt: '',
    tags: {},
    definition: '*',
    service: '*',
    scaling: arn(place, 'application-autoscaling', 'scalable-target/*'),
    launch: null,
    host: '*',
    roleArn: '*',
    role: { name: '*', id: '*', arn: arn(place, 'iam', 'role/*') },
  }),
  reads: [
    allow('ecs:DescribeTasks', (place: Place) => every(place, 'ecs', 'task')),
    // It knows no resource (Service Authorization Reference, Amazon ECS).
    allow('ecs:DescribeTaskDefinition'),
    allow('ecs:DescribeContainerInstances', (place: Place) => every(place, 'ecs', 'container-instance')),
    allow('application-autoscaling:DescribeScalableTargets'),
    allow('iam:GetRole', (place: Place) => every(place, 'iam', 'role')),
    allow('iam:ListRolePolicies', (place: Place) => every(place, 'iam', 'role')),
  ],
});

import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance } from '../../ec2/instance/target.ts';
import { EcsTask } from '../../ecs/ecs-task/target.ts';
import { Workload } from '../../eks/eks-workload/target.ts';
import { LambdaFunction } from '../../lambda/lambda-function/target.ts';
import { RoleSession } from '../role-session/target.ts';

/** Who has a session of a role: an instance by its profile, a task by its definition, a function by its own name, pods by their service account, or whoever the finding names. */
export const Holder = z.discriminatedUnion('kind', [Instance, RoleSession, EcsTask, LambdaFunction, Workload]);
export type Holder = z.infer<typeof Holder>;

/** Whether our inline policy for this session stands on the role. Everything else on the role is not ours to judge. */
export const SessionDeny = z.object({ denied: z.enum(['yes', 'no']) });
export type SessionDeny = z.infer<typeof SessionDeny>;

const role = (target: Holder): string[] => (target.role ? [target.role.arn] : []);

export const denySession = defineLever({
  name: 'deny-session',
  title: 'Deny the role session',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Credentials of this one instance, task, function, pod or session, stolen copies included, are refused everywhere; other sessions of the role continue, but for pods with tokens of their service account (IRSA): of those all that have the role are denied. Anyone who can still assume the role can come back under another session name.',
  undo: 'Our policy is removed from the role; the session works again within seconds.',
  stands: { held: 'session denied', open: 'session still valid' },
  target: Holder,
  beforeState: SessionDeny,
  look: [allow('iam:GetRolePolicy', role)],
  apply: { permissions: [allow('iam:PutRolePolicy', role)], within: 60 },
  release: { permissions: [allow('iam:DeleteRolePolicy', role)], within: 60 },
});

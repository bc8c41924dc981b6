import * as z from 'zod';
import { allow } from '../../lib/domain/permission.ts';
import { Instance, instanceArn, roleArns } from '../../lib/domain/resource.ts';
import { defineLever } from '../../lib/domain/step.ts';

/** ARN of the associated instance profile, or null for none. */
export const Profile = z.object({ profile: z.string().nullable() });
export type Profile = z.infer<typeof Profile>;

const instance = (target: Instance): string[] => [instanceArn(target)];

export const swapInstanceProfile = defineLever({
  name: 'swap-instance-profile',
  title: 'Take the instance profile away',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The instance gets no fresh credentials. Copies already taken live up to six hours; the session deny stops those.',
  undo: 'The same profile is associated again.',
  target: Instance,
  beforeState: Profile,
  look: [allow('ec2:DescribeIamInstanceProfileAssociations')],
  apply: { permissions: [allow('ec2:DisassociateIamInstanceProfile', instance)], within: 60 },
  release: {
    permissions: [allow('ec2:AssociateIamInstanceProfile', instance), allow('iam:PassRole', roleArns)],
    within: 60,
  },
});

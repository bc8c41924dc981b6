import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { every } from '../../../lib/domain/resource.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Instance, instanceArn, roleArns } from '../instance/target.ts';

/** ARN of the associated instance profile, or null for none. One that is on its way out counts as none. */
export const Profile = z.object({ profile: z.string().nullable() });
export type Profile = z.infer<typeof Profile>;

const instance = (target: Instance): string[] => [instanceArn(target)];
/** To give a profile back is to hand its role over; where the role could not be read, any role, but to this instance only. */
const role = (target: Instance): string[] => (target.role ? roleArns(target) : every(target, 'iam', 'role'));
/** The role may be handed to EC2 and to nothing else; in China EC2's principal has a name of its own. */
const toEc2 = { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } };

export const swapInstanceProfile = defineLever({
  name: 'swap-instance-profile',
  title: 'Remove the instance profile',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The instance gets no fresh credentials. Stolen copies stay valid for up to six hours; the session deny stops those.',
  undo: 'The same profile is associated again.',
  stands: { held: 'instance profile removed', open: 'instance profile still in place' },
  target: Instance,
  beforeState: Profile,
  look: [allow('ec2:DescribeIamInstanceProfileAssociations')],
  apply: { permissions: [allow('ec2:DisassociateIamInstanceProfile', instance)], within: 60 },
  release: {
    permissions: [
      allow('ec2:AssociateIamInstanceProfile', instance),
      allow('ec2:ReplaceIamInstanceProfileAssociation', instance),
      allow('iam:PassRole', role, toEc2),
    ],
    within: 60,
  },
});

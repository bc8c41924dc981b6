import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Image, imageArns } from '../image/target.ts';
import { Shares } from '../shares.ts';

/** EC2's state of the image, and who else may launch from it: disabling takes that away too. */
export const ImageUse = Shares.extend({ state: z.string() });
export type ImageUse = z.infer<typeof ImageUse>;

export const disableImage = defineLever({
  name: 'disable-image',
  title: 'Disable the image',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Nobody launches from it any more, Auto Scaling groups and launch templates of the account included; nobody shares it. Instances that run go on, and its snapshots stay usable.',
  undo: 'It is enabled, and shared with whom it was shared. Nothing else of it changes.',
  stands: { held: 'image disabled', open: 'image can still be launched' },
  target: Image,
  beforeState: ImageUse,
  look: [allow('ec2:DescribeImages'), allow('ec2:DescribeImageAttribute', imageArns)],
  apply: { permissions: [allow('ec2:DisableImage', imageArns)], within: 60 },
  release: {
    permissions: [allow('ec2:EnableImage', imageArns), allow('ec2:ModifyImageAttribute', imageArns)],
    within: 60,
  },
});

import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Image, imageArns } from '../image/target.ts';
import { Shares } from '../shares.ts';

export const unshareImage = defineLever({
  name: 'unshare-image',
  title: 'Stop sharing the image',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'No other account, organisation or unit can launch from it or copy it any more. Instances and copies that others have made already stay theirs, and nobody can recall them.',
  undo: 'It is shared with the same accounts, organisations and units again, with everybody where it was public.',
  stands: { held: 'shared with nobody', open: 'still shared' },
  // Enabled first: what is disabled takes no launch permissions.
  releasedAfter: 'disable-image',
  target: Image,
  beforeState: Shares,
  look: [allow('ec2:DescribeImages'), allow('ec2:DescribeImageAttribute', imageArns)],
  apply: { permissions: [allow('ec2:ModifyImageAttribute', imageArns)], within: 60 },
  release: { permissions: [allow('ec2:ModifyImageAttribute', imageArns)], within: 60 },
});

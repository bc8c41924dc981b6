import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { whyForeign, withoutAccount } from '../shares.ts';

/** One that instances start from; a container's image has another name, and no lever of ours. */
const ImageId = z.string().regex(/^ami-[0-9a-f]{8,32}$/, 'should look like ami-0abc…');

/** An Amazon Machine Image. Where nothing was read, and in what older versions wrote, nobody is named as its owner. */
export const Image = AnyTarget.extend({
  kind: z.literal('image'),
  id: ImageId,
  owner: z.string().nullable().default(null),
  /** The snapshots that its disks are made of. */
  snapshots: z.array(z.string()).default([]),
});
export type Image = z.infer<typeof Image>;

export const imageArns = (target: Image): string[] => [withoutAccount(target, `image/${target.id}`)];

export const image = defineTarget(Image)({
  kind: 'image',
  title: 'machine image',
  arn: (target) => arn(target, 'ec2', `image/${target.id}`),
  from: ({ kind, id }, { place, now }) =>
    kind === 'image' && ImageId.safeParse(id).success
      ? { ...place, kind, id, seenAt: now, tags: {}, owner: null, snapshots: [] }
      : null,
  suspects: () => [],
  refuses(target) {
    const because = whyForeign(target);
    return because ? { levers: ['unshare-image', 'disable-image'], because } : null;
  },
  any: (place) => ({ ...place, kind: 'image', id: '*', seenAt: '', tags: {}, owner: null, snapshots: [] }),
  reads: [allow('ec2:DescribeImages')],
});

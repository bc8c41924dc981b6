import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { AnyTarget, defineTarget } from '../../../lib/domain/target.ts';
import { whyForeign, withoutAccount } from '../shares.ts';

const SnapshotId = z.string().regex(/^snap-[0-9a-f]{8,32}$/, 'should look like snap-0abc…');

/** A snapshot of an EBS volume. Where nothing was read, and in what older versions wrote, nobody is named as its owner. */
export const Snapshot = AnyTarget.extend({
  kind: z.literal('snapshot'),
  id: SnapshotId,
  owner: z.string().nullable().default(null),
  /** The volume it is of; its id stays when the volume is gone. */
  volume: z.string().nullable().default(null),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const snapshotArns = (target: Snapshot): string[] => [withoutAccount(target, `snapshot/${target.id}`)];

export const snapshot = defineTarget(Snapshot)({
  kind: 'snapshot',
  title: 'snapshot',
  arn: (target) => arn(target, 'ec2', `snapshot/${target.id}`),
  from: ({ kind, id }, { place, now }) =>
    kind === 'snapshot' && SnapshotId.safeParse(id).success
      ? { ...place, kind, id, seenAt: now, tags: {}, owner: null, volume: null }
      : null,
  suspects: () => [],
  refuses(target) {
    const because = whyForeign(target);
    return because ? { levers: ['unshare-snapshot'], because } : null;
  },
  any: (place) => ({ ...place, kind: 'snapshot', id: '*', seenAt: '', tags: {}, owner: null, volume: null }),
  reads: [allow('ec2:DescribeSnapshots')],
});

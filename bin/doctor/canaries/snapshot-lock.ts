import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeAvailabilityZonesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  LockSnapshotCommand,
  type Tag,
  UnlockSnapshotCommand,
} from '@aws-sdk/client-ec2';
import { type Canary, canaryTag } from '../canary.ts';
import { fail, ok } from '../check.ts';

/** Milliseconds between two looks at a volume that is being made, and how often. */
const [pause, looks] = [2000, 30];

const nameIn = (Tags: readonly Tag[] = []): string => Tags.find(({ Key }) => Key === canaryTag)?.Value ?? '';

async function whenAvailable(ec2: EC2Client, VolumeId: string): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const { Volumes: [{ State } = {}] = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
    if (State === 'available') return;
    await sleep(pause);
  }
}

async function unlockAndDelete(ec2: EC2Client, SnapshotId: string): Promise<void> {
  const { Snapshots: [lock] = [] } = await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
  if (lock && lock.LockState !== 'expired') await ec2.send(new UnlockSnapshotCommand({ SnapshotId }));
  await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
}

export const snapshotLock: Canary = {
  id: 'canary-snapshot-lock',
  title: 'A snapshot can be locked while it is still being made',
  asks: [
    'ec2:DescribeAvailabilityZones',
    'ec2:CreateVolume',
    'ec2:CreateTags',
    'ec2:DescribeVolumes',
    'ec2:CreateSnapshot',
    'ec2:LockSnapshot',
    'ec2:DescribeLockedSnapshots',
    'ec2:UnlockSnapshot',
    'ec2:DescribeSnapshots',
    'ec2:DeleteSnapshot',
    'ec2:DeleteVolume',
  ],
  concerns: { role: 'read-evidence', action: 'ec2:LockSnapshot' },
  async use({ hub }, name) {
    const ec2 = hub(EC2Client);
    const Tags = [{ Key: canaryTag, Value: name }];
    const { AvailabilityZones: [{ ZoneName } = {}] = [] } = await ec2.send(new DescribeAvailabilityZonesCommand());
    const { VolumeId = '', Encrypted } = await ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZoneName,
        Size: 1,
        TagSpecifications: [{ ResourceType: 'volume', Tags }],
      }),
    );
    await whenAvailable(ec2, VolumeId);
    const { SnapshotId, State } = await ec2.send(
      new CreateSnapshotCommand({ VolumeId, TagSpecifications: [{ ResourceType: 'snapshot', Tags }] }),
    );
    // The shortest lock, in the mode that can be lifted, whatever the deployment's is.
    const lock = { SnapshotId, LockMode: 'governance', LockDuration: 1 } as const;
    const { LockState } = await ec2.send(new LockSnapshotCommand(lock));
    const how = `${State ?? 'unknown'}, ${Encrypted ? 'encrypted by default' : 'not encrypted'}`;
    return LockState === 'governance' || LockState?.startsWith('pending')
      ? ok(`${SnapshotId} was locked (${how}), and unlocked again`)
      : fail(`${SnapshotId} (${how}): the lock is ${LockState ?? 'not there'}`);
  },
  async sweep({ hub }, goes) {
    const ec2 = hub(EC2Client);
    const Filters = [{ Name: 'tag-key', Values: [canaryTag] }];
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
    for (const { SnapshotId = '', Tags } of Snapshots) if (goes(nameIn(Tags))) await unlockAndDelete(ec2, SnapshotId);
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    for (const { VolumeId, Tags } of Volumes)
      if (goes(nameIn(Tags))) await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  },
};

import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import { foreign, refusedOrNot, scanned } from '../foreign.world.ts';
import { sharesIn } from '../shares.ts';
import type { Snapshot } from './target.ts';

const zone = 'eu-central-1a';
const Attribute = 'createVolumePermission';

/** A snapshot of a new volume, shared with one account and with everybody. */
async function sharedSnapshot({ deployment }: Ground): Promise<Finding> {
  const ec2 = deployment.client(EC2Client, 'member');
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: zone, Size: 1 }));
  const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  const [, partner] = deployment.sandbox.members;
  const CreateVolumePermission = { Add: [{ UserId: partner }, { Group: 'all' as const }] };
  await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, CreateVolumePermission }));
  return readBack(scanned(deployment, 'Snapshot', SnapshotId));
}

async function look({ client }: Stage, { id }: Snapshot) {
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute });
  return sharesIn((await client(EC2Client, 'member').send(command)).CreateVolumePermissions ?? []);
}

/** Somebody shares it with one more account. */
async function meddle({ client, sandbox }: Stage, { id: SnapshotId }: Snapshot): Promise<void> {
  const CreateVolumePermission = { Add: [{ UserId: sandbox.accounts.hub }] };
  const command = new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, CreateVolumePermission });
  await client(EC2Client, 'member').send(command);
}

/** An account that it is shared with, one that is nobody to it, and its owner: each makes a volume of it. */
async function restore(stage: Stage, { id: SnapshotId }: Snapshot) {
  const making = (ec2: EC2Client) =>
    refusedOrNot(ec2.send(new CreateVolumeCommand({ AvailabilityZone: zone, SnapshotId })), 'InvalidSnapshot.NotFound');
  const [, partner = '', stranger = ''] = stage.sandbox.members;
  return {
    partner: await making(foreign(stage, partner)),
    stranger: await making(foreign(stage, stranger)),
    owner: await making(stage.client(EC2Client, 'member')),
  };
}

export const world: World<Snapshot> = {
  shapes: { 'a shared snapshot': sharedSnapshot },
  look,
  meddle,
  trial: {
    try: restore,
    before: { partner: 'allowed', stranger: 'allowed', owner: 'allowed' },
    held: { 'unshare-snapshot': { partner: 'denied', stranger: 'denied', owner: 'allowed' } },
  },
};

/** A snapshot and an image of the company's that others use: shared with nobody while it is contained, and shared as before once it is released. */
import { randomBytes } from 'node:crypto';
import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImageAttributeCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { foreign, refusedOrNot, scanned } from '../../../lambdas/ec2/foreign.world.ts';
import { type Shares, sharesIn } from '../../../lambdas/ec2/shares.ts';
import type { Attempt } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

const AvailabilityZone = 'eu-central-1a';

/** What the company made, and how others use it. */
interface Copy {
  readonly id: string;
  readonly finding: object;
  readonly tryBoth: () => Promise<{ readonly partner: Attempt; readonly owner: Attempt }>;
  readonly shares: () => Promise<Shares>;
}

/** GuardDuty's finding about a call that shared it (GuardDuty user guide, "Custom Detection Rules finding types"). */
function shared(deployment: Attached, snapshot: string): object {
  const { accounts } = deployment.sandbox;
  const finding = findingAbout(deployment, 'i-none', { type: 'Exfiltration:EC2/TransferDataToCloudAccount' });
  const awsApiCallAction = {
    api: 'ModifySnapshotAttribute',
    serviceName: 'ec2.amazonaws.com',
    affectedResources: { 'AWS::EC2::Snapshot': snapshot },
  };
  return {
    ...finding,
    title: `${snapshot} was shared with an account outside of ${accounts.member}.`,
    // Who did it is left out: that would be a run of its own.
    resource: { resourceType: 'AccessKey' },
    service: { ...finding.service, action: { actionType: 'AWS_API_CALL', awsApiCallAction } },
  };
}

async function sharedSnapshot(deployment: Attached): Promise<Copy> {
  const [, partner = ''] = deployment.sandbox.members;
  const owner = deployment.client(EC2Client, 'member');
  const { VolumeId } = await owner.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1 }));
  const { SnapshotId = '' } = await owner.send(new CreateSnapshotCommand({ VolumeId }));
  const Attribute = 'createVolumePermission';
  const CreateVolumePermission = { Add: [{ UserId: partner }] };
  await owner.send(new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, CreateVolumePermission }));
  const restore = (who: EC2Client) =>
    refusedOrNot(who.send(new CreateVolumeCommand({ AvailabilityZone, SnapshotId })), 'InvalidSnapshot.NotFound');
  return {
    id: SnapshotId,
    finding: shared(deployment, SnapshotId),
    tryBoth: async () => ({ partner: await restore(foreign(deployment, partner)), owner: await restore(owner) }),
    shares: async () => {
      const asked = await owner.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
      return sharesIn(asked.CreateVolumePermissions ?? []);
    },
  };
}

const counts = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const;

async function infectedImage(deployment: Attached): Promise<Copy & { readonly launched: string }> {
  const [, partner = ''] = deployment.sandbox.members;
  const owner = deployment.client(EC2Client, 'member');
  const { Instances } = await owner.send(new RunInstancesCommand({ ImageId: 'ami-0123456789abcdef0', ...counts }));
  const Name = `golden-${randomBytes(3).toString('hex')}`;
  const image = { InstanceId: Instances?.[0]?.InstanceId, Name };
  const { ImageId = '' } = await owner.send(new CreateImageCommand(image));
  const LaunchPermission = { Add: [{ UserId: partner }] };
  await owner.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  const launch = (who: EC2Client) => who.send(new RunInstancesCommand({ ImageId, ...counts }));
  const launched = (await launch(owner)).Instances?.[0]?.InstanceId ?? '';
  const start = (who: EC2Client) => refusedOrNot(launch(who), 'AuthFailure', 'InvalidAMIID.Unavailable');
  return {
    id: ImageId,
    launched,
    finding: scanned(deployment, 'AMI', ImageId),
    tryBoth: async () => ({ partner: await start(foreign(deployment, partner)), owner: await start(owner) }),
    shares: async () => {
      const Attribute = 'launchPermission';
      const asked = await owner.send(new DescribeImageAttributeCommand({ ImageId, Attribute }));
      return sharesIn(asked.LaunchPermissions ?? []);
    },
  };
}

/** From the finding to the release, all approved; both try before, while it holds and afterwards. */
async function contain(deployment: Attached, copy: Copy) {
  const [before, shares] = [await copy.tryBoth(), await copy.shares()];
  await send(deployment, copy.finding);
  const ended = await toTheEnd(deployment, await opened(deployment, copy.id));
  const during = await copy.tryBoth();
  const released = await release(deployment, ended.incident);
  return { ended, released, tried: { before, during, after: await copy.tryBoth() }, shares, now: await copy.shares() };
}

export const playSharing = once(async (deployment: Attached) => {
  const [snapshot, image] = [await sharedSnapshot(deployment), await infectedImage(deployment)];
  return {
    snapshot: await contain(deployment, snapshot),
    image: { ...(await contain(deployment, image)), launched: image.launched },
  };
});

/** A snapshot and an image of the company's that others use: shared with nobody while it is contained, and shared as before once it is released. */
import { randomBytes } from 'node:crypto';
import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { foreign, refusedOrNot, scanned } from '../../../lambdas/ec2/foreign.world.ts';
import { nobody, type Shares, sharesIn } from '../../../lambdas/ec2/shares.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { type Attempt, launch, stolenSession, tryTheft } from '../../sandbox/estate.ts';
import { findingAbout, send } from '../../sandbox/finding.ts';
import { allToTheEnd, opened, release } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { once } from './once.ts';

const AvailabilityZone = 'eu-central-1a';

/** What the company made, and how others use it. */
interface Copy {
  readonly id: string;
  readonly finding: { readonly type: string };
  /** Runs that its incident has: what was launched from it is answered too. */
  readonly runs: number;
  readonly tryAll: () => Promise<Readonly<Record<string, Attempt>>>;
  readonly shares: () => Promise<Shares>;
}

/** GuardDuty's finding about a call that shared it (GuardDuty user guide, "Custom Detection Rules finding types"). */
function shared(deployment: Attached, snapshot: string) {
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
    runs: 1,
    tryAll: async () => ({ partner: await restore(foreign(deployment, partner)), owner: await restore(owner) }),
    shares: async () => {
      const asked = await owner.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
      return sharesIn(asked.CreateVolumePermissions ?? []);
    },
  };
}

const counts = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const;

/** An image with malware in it: one instance was launched from it, and one beside it from another image. Thieves have the sessions of both. */
export async function infectedImage(deployment: Attached): Promise<Copy & Record<'launched' | 'other', string>> {
  const [, partner = ''] = deployment.sandbox.members;
  const { estate } = deployment;
  const owner = deployment.client(EC2Client, 'member');
  const other = await launch(deployment, estate);
  const image = { InstanceId: other, Name: `golden-${randomBytes(3).toString('hex')}` };
  const { ImageId = '' } = await owner.send(new CreateImageCommand(image));
  const LaunchPermission = { Add: [{ UserId: partner }] };
  await owner.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  const launched = await launch(deployment, estate, { from: ImageId });
  const [thief, innocent] = await Promise.all([launched, other].map((one) => stolenSession(deployment, one)));
  // What is only tried is gone at once, and nothing that anybody would have to respond for.
  const start = async (who: EC2Client) => {
    const { Instances = [] } = await who.send(new RunInstancesCommand({ ImageId, ...counts }));
    const InstanceIds = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
    await who.send(new TerminateInstancesCommand({ InstanceIds }));
  };
  const tried = (who: EC2Client) => refusedOrNot(start(who), 'AuthFailure', 'InvalidAMIID.Unavailable');
  return {
    id: ImageId,
    launched,
    other,
    runs: 2,
    finding: scanned(deployment, 'AMI', ImageId),
    tryAll: async () => ({
      partner: await tried(foreign(deployment, partner)),
      owner: await tried(owner),
      thief: await tryTheft(deployment, thief as Credentials),
      innocent: await tryTheft(deployment, innocent as Credentials),
    }),
    shares: async () => {
      const asking = new DescribeImagesCommand({ ImageIds: [ImageId], IncludeDisabled: true });
      // Of one that is disabled nobody can ask, and nobody shares it.
      if ((await owner.send(asking)).Images?.[0]?.State === 'disabled') return nobody;
      const Attribute = 'launchPermission';
      const asked = await owner.send(new DescribeImageAttributeCommand({ ImageId, Attribute }));
      return sharesIn(asked.LaunchPermissions ?? []);
    },
  };
}

/** From the finding to the release, all approved; everybody tries before, while it holds and afterwards. */
async function contain(deployment: Attached, copy: Copy) {
  const [before, shares] = [await copy.tryAll(), await copy.shares()];
  await send(deployment, copy.finding);
  const ended = await allToTheEnd(deployment, await opened(deployment, copy.id), copy.runs);
  const during = await copy.tryAll();
  const released = await release(deployment, ended.incident);
  return { ended, released, tried: { before, during, after: await copy.tryAll() }, shares, now: await copy.shares() };
}

export const playSharing = once(async (deployment: Attached) => {
  const [snapshot, image] = [await sharedSnapshot(deployment), await infectedImage(deployment)];
  return {
    snapshot: await contain(deployment, snapshot),
    image: { ...(await contain(deployment, image)), launched: image.launched, other: image.other },
  };
});

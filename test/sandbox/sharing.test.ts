/** Snapshots and images that are shared, as EC2 behaves, and the states of keys, as KMS does: what the levers on them rely on. */
import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DisableImageCommand,
  EC2Client,
  EnableImageCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeOf } from '../../lambdas/ec2/launched-from.ts';
import type { Session } from '../../lambdas/runtime/session.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let owner: EC2Client;
let partner: EC2Client;
let stranger: EC2Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  const as = (accessKeyId = '') => {
    const { endpoint, region } = sandbox;
    return new EC2Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'test' }, maxAttempts: 1 });
  };
  [owner, partner, stranger] = [as(sandbox.members[0]), as(sandbox.members[1]), as(sandbox.members[2])];
});
afterAll(() => sandbox?.stop());

const AvailabilityZone = 'eu-central-1a';
/** An image of which nothing is known here. */
const any = 'ami-0123456789abcdef0';

describe('a snapshot', () => {
  const Attribute = 'createVolumePermission';

  async function snapshot(): Promise<string> {
    const { VolumeId } = await owner.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1 }));
    return (await owner.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId ?? '';
  }
  const modify = (SnapshotId: string, CreateVolumePermission: object) =>
    owner.send(new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, CreateVolumePermission }));
  const restore = (who: EC2Client, SnapshotId: string) =>
    who.send(new CreateVolumeCommand({ AvailabilityZone, SnapshotId }));

  test('is in the images, the volumes and so the instances that were made of it, and in no others', async () => {
    const start = async (ImageId: string) => {
      const one = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const;
      const { Instances = [] } = await owner.send(new RunInstancesCommand({ ...one, ImageId }));
      return Instances[0]?.InstanceId ?? '';
    };
    const [maker, attached, gone] = [await start(any), await start(any), await start(any)];
    const { ImageId = '' } = await owner.send(
      new CreateImageCommand({ InstanceId: maker, Name: 'golden of a snapshot' }),
    );
    const { Images = [] } = await owner.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    const id = Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
    const launched = await start(ImageId);
    for (const InstanceId of [attached, gone]) {
      const { VolumeId } = await restore(owner, id);
      await owner.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
    }
    await owner.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
    const place = { partition: 'aws', account: sandbox.members[0] ?? '', region: sandbox.region };
    const target = { ...place, kind: 'snapshot' as const, id, seenAt: '', tags: {}, owner: null, volume: null };
    const session = { client: () => owner } as unknown as Session;
    const { images, instances } = await madeOf(target, session);
    expect(images).toEqual([ImageId]);
    expect(instances.map((one) => one.id).toSorted()).toEqual([launched, attached].toSorted());
  });

  test('is used by whom it is shared with, and is nothing to others', async () => {
    const id = await snapshot();
    await expect(restore(partner, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
    await modify(id, { Add: [{ UserId: sandbox.members[1] }] });
    await restore(partner, id);
    const copy = { SourceSnapshotId: id, SourceRegion: sandbox.region };
    const { SnapshotId: copied } = await partner.send(new CopySnapshotCommand(copy));
    await expect(restore(stranger, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
    const { Snapshots: own = [] } = await partner.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(own.map(({ SnapshotId }) => SnapshotId)).toEqual([copied]);
    const { Snapshots: all = [] } = await partner.send(new DescribeSnapshotsCommand({}));
    expect(all.map(({ SnapshotId }) => SnapshotId)).toContain(id);

    await modify(id, { Remove: [{ UserId: sandbox.members[1] }] });
    await expect(restore(partner, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
    // A copy is its maker's.
    await restore(partner, copied ?? '');
  });

  test('takes additions or removals, and names nobody but to its owner', async () => {
    const id = await snapshot();
    const both = { Add: [{ Group: 'all' }], Remove: [{ UserId: sandbox.members[1] }] };
    await expect(modify(id, both)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await modify(id, { Add: [{ Group: 'all' }] });
    await restore(stranger, id);
    const asked = new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute });
    expect((await owner.send(asked)).CreateVolumePermissions).toEqual([{ Group: 'all' }]);
    await expect(partner.send(asked)).rejects.toMatchObject({ name: 'AuthFailure' });
  });
});

describe('an image', () => {
  const Attribute = 'launchPermission';
  const counts = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const;
  const launch = (who: EC2Client, ImageId: string) => who.send(new RunInstancesCommand({ ImageId, ...counts }));

  async function image(Name: string): Promise<string> {
    const { Instances } = await launch(owner, 'ami-0123456789abcdef0');
    const InstanceId = Instances?.[0]?.InstanceId ?? '';
    return (await owner.send(new CreateImageCommand({ InstanceId, Name }))).ImageId ?? '';
  }
  const share = (ImageId: string, LaunchPermission: object) =>
    owner.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  const permissions = async (ImageId: string) =>
    (await owner.send(new DescribeImageAttributeCommand({ ImageId, Attribute }))).LaunchPermissions;

  test('is launched by whom it is shared with, organisations included', async () => {
    const id = await image('shared');
    await expect(launch(partner, id)).rejects.toMatchObject({ name: 'AuthFailure' });
    const OrganizationArn = `arn:aws:organizations::${sandbox.accounts.hub}:organization/o-tourniquet1`;
    await share(id, { Add: [{ UserId: sandbox.members[1] }, { OrganizationArn }] });
    await launch(partner, id);
    await launch(stranger, id);
    await share(id, { Remove: [{ OrganizationArn }] });
    await launch(partner, id);
    await expect(launch(stranger, id)).rejects.toMatchObject({ name: 'AuthFailure' });
    const { Images = [] } = await partner.send(new DescribeImagesCommand({ ImageIds: [id] }));
    expect(Images).toMatchObject([{ ImageId: id, OwnerId: sandbox.members[0] }]);
  });

  test('that is disabled is launched by nobody, shared with nobody, and stays unshared once enabled', async () => {
    const id = await image('disabled');
    await share(id, { Add: [{ UserId: sandbox.members[1] }] });
    await owner.send(new DisableImageCommand({ ImageId: id }));
    await expect(launch(owner, id)).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' });
    await expect(launch(partner, id)).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' });
    await expect(share(id, { Add: [{ Group: 'all' }] })).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' });
    const plainly = new DescribeImagesCommand({ ImageIds: [id] });
    expect((await owner.send(plainly)).Images ?? []).toEqual([]);
    const { Images = [] } = await owner.send(new DescribeImagesCommand({ ImageIds: [id], IncludeDisabled: true }));
    expect(Images).toMatchObject([{ State: 'disabled' }]);
    await expect(partner.send(new EnableImageCommand({ ImageId: id }))).rejects.toThrow();
    await owner.send(new EnableImageCommand({ ImageId: id }));
    await launch(owner, id);
    expect(await permissions(id)).toEqual([]);
  });
});

test('a key that is to be deleted is neither enabled nor disabled; kept, it is disabled; and nothing else is kept', async () => {
  const { endpoint, region, members } = sandbox;
  const credentials = { accessKeyId: members[0] ?? '', secretAccessKey: 'test' };
  const kms = new KMSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const which = { KeyId: KeyMetadata?.KeyId ?? '' };
  const refused = { name: 'KMSInvalidStateException' };
  await expect(kms.send(new CancelKeyDeletionCommand(which))).rejects.toMatchObject(refused);
  await kms.send(new ScheduleKeyDeletionCommand(which));
  await expect(kms.send(new EnableKeyCommand(which))).rejects.toMatchObject(refused);
  await expect(kms.send(new DisableKeyCommand(which))).rejects.toMatchObject(refused);
  await kms.send(new CancelKeyDeletionCommand(which));
  const asked = new DescribeKeyCommand(which);
  expect((await kms.send(asked)).KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false });
  await kms.send(new EnableKeyCommand(which));
  expect((await kms.send(asked)).KeyMetadata).toMatchObject({ KeyState: 'Enabled', Enabled: true });
});

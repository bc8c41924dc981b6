import {
  CreateImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  EC2Client,
  EnableImageCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { launch } from '../../../test/sandbox/estate.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import { foreign, refusedOrNot, scanned } from '../foreign.world.ts';
import { sharesIn } from '../shares.ts';
import type { Image } from './target.ts';

/** An image of an instance, shared with one account, with the organisation, with a unit of it and with everybody. */
async function sharedImage({ deployment, estate }: Ground): Promise<Finding> {
  const ec2 = deployment.client(EC2Client, 'member');
  const InstanceId = await launch(deployment, estate, { scaling: 'on its own' });
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId, Name: `image of ${InstanceId}` }));
  const { accounts, members } = deployment.sandbox;
  const organization = `arn:aws:organizations::${accounts.hub}`;
  const Add = [
    { UserId: members[1] },
    { Group: 'all' as const },
    { OrganizationArn: `${organization}:organization/o-tourniquet1` },
    { OrganizationalUnitArn: `${organization}:ou/o-tourniquet1/ou-sand-workloads` },
  ];
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }));
  return readBack(scanned(deployment, 'AMI', ImageId));
}

async function look({ client }: Stage, { id }: Image) {
  const ec2 = client(EC2Client, 'member');
  const asked = new DescribeImagesCommand({ ImageIds: [id], IncludeDisabled: true });
  const state = (await ec2.send(asked)).Images?.[0]?.State;
  if (state === 'disabled') return { state };
  const attribute = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
  return { state, ...sharesIn((await ec2.send(attribute)).LaunchPermissions ?? []) };
}

/** Somebody enables it and shares it with one more account. */
async function meddle(stage: Stage, { id: ImageId }: Image): Promise<void> {
  const ec2 = stage.client(EC2Client, 'member');
  await ec2.send(new EnableImageCommand({ ImageId }));
  const LaunchPermission = { Add: [{ UserId: stage.sandbox.accounts.hub }] };
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
}

const counts = { MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const;

/** An account that it is shared with, its owner, and its owner with an image of another maker: each launches an instance. */
async function start(stage: Stage, { id }: Image) {
  const launching = (ec2: EC2Client, ImageId: string) =>
    refusedOrNot(ec2.send(new RunInstancesCommand({ ImageId, ...counts })), 'AuthFailure', 'InvalidAMIID.Unavailable');
  const [, partner = ''] = stage.sandbox.members;
  const owner = stage.client(EC2Client, 'member');
  return {
    partner: await launching(foreign(stage, partner), id),
    owner: await launching(owner, id),
    'owner, from another image': await launching(owner, 'ami-0fedcba9876543210'),
  };
}

/** Two instances that run from it. */
async function launchedFrom({ client }: Stage, { id: ImageId }: Image): Promise<void> {
  await client(EC2Client, 'member').send(new RunInstancesCommand({ ...counts, ImageId, MaxCount: 2 }));
}

export const world: World<Image> = {
  shapes: { 'a shared image': sharedImage },
  ready: { 'respond-for-instances': launchedFrom },
  look,
  meddle,
  trial: {
    try: start,
    before: { partner: 'allowed', owner: 'allowed', 'owner, from another image': 'allowed' },
    held: {
      'unshare-image': { partner: 'denied', owner: 'allowed', 'owner, from another image': 'allowed' },
      'disable-image': { partner: 'denied', owner: 'denied', 'owner, from another image': 'allowed' },
    },
  },
};

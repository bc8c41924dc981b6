/** What a scenario is played on: its own fresh instance, the thief's copy of its session, and an innocent neighbour. */
import { randomBytes } from 'node:crypto';
import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  AttachVolumeCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type Attached, call } from '../deployed/deployed.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { launch, stolenSession, tryTheft } from '../sandbox/estate.ts';
import { type Picture, pictureOf } from './picture.ts';
import type { Round, Scenario } from './scenario.ts';

export interface Stage {
  readonly instance: string;
  /** Interface ids by the words a scenario uses. */
  readonly interfaces: { readonly first: string; readonly second: string };
  readonly thief: Credentials | null;
  readonly innocent: Credentials;
  /** As it was placed; null when it is gone. */
  readonly placed: Picture | null;
}

const neighbours = new WeakMap<Attached, Promise<Credentials>>();

/** One innocent instance is enough for all scenarios: none may ever hurt it. */
function neighbour(deployment: Attached): Promise<Credentials> {
  const standing = neighbours.get(deployment);
  if (standing) return standing;
  const made = launch(deployment, deployment.estate, { scaling: 'on its own' }).then((id) =>
    stolenSession(deployment, id),
  );
  neighbours.set(deployment, made);
  return made;
}

async function interfaceIds(ec2: EC2Client, instance: string): Promise<Stage['interfaces']> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  const at = (place: number): string =>
    NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === place)?.NetworkInterfaceId ?? '';
  return { first: at(0), second: at(1) };
}

async function tagVolumes(ec2: EC2Client, instance: string, count: number): Promise<void> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance] }];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  const Tags = Array.from({ length: count }, (_, at) => ({ Key: `cost-${at}`, Value: 'shop' }));
  await ec2.send(new CreateTagsCommand({ Resources: Volumes.map(({ VolumeId = '' }) => VolumeId), Tags }));
}

/** One volume more, encrypted; the instance goes on with the data key that it has, and no copy can be made of it. */
async function unusableVolume({ client }: Attached, InstanceId: string): Promise<void> {
  const [ec2, kms] = [client(EC2Client, 'member'), client(KMSClient, 'member')];
  const [{ KeyMetadata }, { Reservations: [found] = [] }] = await Promise.all([
    kms.send(new CreateKeyCommand({})),
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] })),
  ]);
  const AvailabilityZone = found?.Instances?.[0]?.Placement?.AvailabilityZone;
  const KmsKeyId = KeyMetadata?.Arn;
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone, Size: 8, Encrypted: true, KmsKeyId }),
  );
  await ec2.send(new AttachVolumeCommand({ InstanceId, VolumeId, Device: '/dev/sdh' }));
  await kms.send(new DisableKeyCommand({ KeyId: KmsKeyId }));
}

/** A group of its own: nobody else's instances on standby make it start replacements. */
async function ownGroup({ client, estate }: Attached): Promise<string> {
  const AutoScalingGroupName = `shop-${randomBytes(4).toString('hex')}`;
  const sizes = { MinSize: 0, MaxSize: 10, DesiredCapacity: 0, VPCZoneIdentifier: estate.subnets.join(',') };
  const LaunchConfigurationName = estate.scalingGroup;
  // Without grace, as by default: an instance whose network is still shut when it goes back into service is lost.
  const checks = { HealthCheckType: 'ELB', HealthCheckGracePeriod: 0 };
  const command = { AutoScalingGroupName, LaunchConfigurationName, ...sizes, ...checks };
  await client(AutoScalingClient, 'member').send(new CreateAutoScalingGroupCommand(command));
  return AutoScalingGroupName;
}

export async function place(deployment: Attached, { instance: wanted }: Scenario): Promise<Stage> {
  const ec2 = deployment.client(EC2Client, 'member');
  const { state, volumeTags, volumeKey, ...placement } = wanted;
  const [instance, innocent] = await Promise.all([
    ownGroup(deployment).then((scalingGroup) => launch(deployment, { ...deployment.estate, scalingGroup }, placement)),
    neighbour(deployment),
  ]);
  if (volumeTags > 0) await tagVolumes(ec2, instance, volumeTags);
  if (volumeKey === 'unusable') await unusableVolume(deployment, instance);
  const [interfaces, thief] = await Promise.all([
    interfaceIds(ec2, instance),
    wanted.profile === 'with profile' ? stolenSession(deployment, instance) : null,
  ]);
  if (state === 'terminated') await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
  const placed = state === 'running' ? await pictureOf(deployment, instance) : null;
  return { instance, interfaces, thief, innocent, placed };
}

export interface Tried {
  readonly thief: 'allowed' | 'denied' | 'no session';
  readonly innocent: 'allowed' | 'denied';
}

/** Both really make their call. */
export async function tryBoth(deployment: Attached, { thief, innocent }: Stage): Promise<Tried> {
  const [one, other] = await Promise.all([
    thief ? tryTheft(deployment, thief) : ('no session' as const),
    tryTheft(deployment, innocent),
  ]);
  return { thief: one, innocent: other };
}

/** Somebody else is at work on the instance. */
export async function meddle(
  { deployment, stage, round }: { deployment: Attached; stage: Stage; round: Round },
  when: Round['meanwhile'][number]['when'],
): Promise<void> {
  const ec2 = deployment.client(EC2Client, 'member');
  for (const { interface: which, groups } of round.meanwhile.filter((one) => one.when === when)) {
    const Groups = groups.map((group) => deployment.estate.groups[group]);
    const NetworkInterfaceId = stage.interfaces[which];
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
  }
}

/**
 * Puts the round's faults on AWS. They stay, since each hits only calls that name its own instance or interface; those that hit
 * everything are taken away by what this returns.
 */
export async function breakAws({ sandbox }: Attached, { instance, interfaces }: Stage, { faults }: Round) {
  const rules = faults.map(({ interface: which, hits, ...rule }) => ({
    ...rule,
    ...(hits === 'this instance' && { contains: which ? interfaces[which] : instance }),
  }));
  if (rules.length > 0) await sandbox.post('/_sandbox/faults', { rules });
  return async (): Promise<void> => {
    if (faults.some(({ hits }) => hits === 'everything')) await sandbox.post('/_sandbox/faults', { clear: true });
  };
}

/** Puts the round's faults on Slack, for everybody; returns what takes them away. */
export async function breakSlack(
  { slack }: Attached,
  { slackFaults }: Pick<Round, 'slackFaults'>,
): Promise<() => Promise<void>> {
  for (const fault of slackFaults) await call(`${slack.url}/faults`, 'POST', fault);
  return async () => {
    if (slackFaults.length > 0) await call(`${slack.url}/faults`, 'DELETE');
  };
}

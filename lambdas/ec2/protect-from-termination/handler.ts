import {
  AutoScalingClient,
  DescribeAutoScalingInstancesCommand,
  SetInstanceProtectionCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  type InstanceAttributeName,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import type { DryRun } from '../../runtime/check.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { whyAbsent } from '../terminated.ts';
import { changes, type Facts, planProtection, protectionOf } from './plan.ts';
import { type Protection, protectFromTermination } from './step.ts';

type Described = Pick<Facts, 'devices' | 'market' | 'rootDevice'>;

/** Only here does EC2 say what is Spot; the devices come along. */
async function describe(ec2: EC2Client, id: string): Promise<Described> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const found = Reservations?.[0]?.Instances?.[0];
  if (!found) throw new Refused(`${id} no longer exists.`);
  const { BlockDeviceMappings = [], InstanceLifecycle = null, RootDeviceType = null } = found;
  const devices = BlockDeviceMappings.map(({ DeviceName: name = '', Ebs }) => ({
    name,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? false,
  }));
  return { devices, market: InstanceLifecycle, rootDevice: RootDeviceType };
}

async function groupOf(client: AutoScalingClient, id: string): Promise<Facts['group']> {
  const { AutoScalingInstances } = await client.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }));
  const found = AutoScalingInstances?.[0];
  if (!found) return null;
  const { AutoScalingGroupName: name = '', LifecycleState: lifecycle = '', ProtectedFromScaleIn = false } = found;
  return { name, lifecycle, protectedFromScaleIn: ProtectedFromScaleIn };
}

async function look(target: Instance, session: Session): Promise<Protection> {
  const ec2 = session.client(EC2Client);
  const attribute = (Attribute: InstanceAttributeName) =>
    ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: target.id, Attribute }));
  // One attribute a call (DescribeInstanceAttribute API).
  const [described, termination, stop, shutdown, group] = await Promise.all([
    describe(ec2, target.id),
    attribute('disableApiTermination'),
    attribute('disableApiStop'),
    attribute('instanceInitiatedShutdownBehavior'),
    groupOf(session.client(AutoScalingClient), target.id),
  ]);
  return protectionOf(target, {
    ...described,
    disableApiTermination: termination.DisableApiTermination?.Value ?? false,
    disableApiStop: stop.DisableApiStop?.Value ?? false,
    shutdownBehavior: shutdown.InstanceInitiatedShutdownBehavior?.Value ?? 'stop',
    group,
  });
}

type Attribute = Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>;
type Job = readonly [what: string, send: () => Promise<unknown>];

/** One attribute a call (ModifyInstanceAttribute API). The volumes first: they hold the evidence. */
function attributesOf(todo: Protection): (readonly [what: string, Attribute])[] {
  const set = <V>(what: string, value: V | null, attribute: (Value: V) => Attribute) =>
    value === null ? [] : [[`${what}: ${value}`, attribute(value)] as const];
  const devices = Object.entries(todo.deleteOnTermination);
  const BlockDeviceMappings = devices.map(([DeviceName, DeleteOnTermination]) => ({
    DeviceName,
    Ebs: { DeleteOnTermination },
  }));
  const values = devices.map(([device, value]) => `${device} ${value}`).join(', ') || null;
  return [
    ...set('deleteOnTermination', values, () => ({ BlockDeviceMappings })),
    ...set('shutdownBehavior', todo.shutdownBehavior, (Value) => ({ InstanceInitiatedShutdownBehavior: { Value } })),
    ...set('disableApiTermination', todo.disableApiTermination, (Value) => ({ DisableApiTermination: { Value } })),
    ...set('disableApiStop', todo.disableApiStop, (Value) => ({ DisableApiStop: { Value } })),
  ];
}

/** Scale-in protection is Auto Scaling's own, beside what EC2 keeps. */
function scaleIn({ scaleInProtection }: Protection, { autoScalingGroup, id }: Instance, session: Session): Job[] {
  if (scaleInProtection === null || autoScalingGroup === null) return [];
  const command = new SetInstanceProtectionCommand({
    AutoScalingGroupName: autoScalingGroup,
    InstanceIds: [id],
    ProtectedFromScaleIn: scaleInProtection,
  });
  return [[`scaleInProtection: ${scaleInProtection}`, () => session.client(AutoScalingClient).send(command)]];
}

/** Apply and release are the same walk, in opposite directions. What AWS refuses is reported, and the others go on. */
async function carryOut({ from, to, target, session }: LeverJob<Instance, Protection>): Promise<Change> {
  const todo = changes(from, to);
  const ec2 = session.client(EC2Client);
  const modify = attributesOf(todo).map(([what, attribute]): Job => {
    const command = new ModifyInstanceAttributeCommand({ InstanceId: target.id, ...attribute });
    return [what, () => ec2.send(command)];
  });
  const { done, failed } = await all([...modify, ...scaleIn(todo, target, session)]);
  return changeOf(done, failed);
}

/** Termination protection, as every instance has it or not. */
const dryRuns = ({ id: InstanceId }: Instance, session: Session): DryRun[] => {
  const command = new ModifyInstanceAttributeCommand({
    InstanceId,
    DisableApiTermination: { Value: true },
    DryRun: true,
  });
  return [['ec2:ModifyInstanceAttribute', () => session.client(EC2Client).send(command)]];
};

export const handler = serveLever(protectFromTermination, {
  dryRuns,
  look,
  absent: whyAbsent,
  plan: planProtection,
  apply: carryOut,
  release: carryOut,
});

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AssociateIamInstanceProfileCommand,
  DeleteSecurityGroupCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { quarantineTag } from '../../../lib/domain/marks.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, Spoils, World } from '../../../test/contract/worlds.ts';
import { copiable, manage } from '../../../test/sandbox/agent.ts';
import { type Estate, launch } from '../../../test/sandbox/estate.ts';
import { findingAbout, readBack } from '../../../test/sandbox/finding.ts';
import { type Flow, trackedFlow } from '../../../test/sandbox/flows.ts';
import { instanceWorld } from './look.world.ts';
import type { Instance } from './target.ts';

/** A finding about a new instance that Systems Manager manages: two interfaces, a trunk and a branch of it, an Elastic IP, two volumes, a profile, in a group and behind a balancer. */
async function aboutInstance({ deployment, estate }: Ground): Promise<Finding> {
  const scalingGroup = await groupOfItsOwn(deployment.client, estate);
  const placement = { pods: 'behind a trunk' } as const;
  const id = await launch(deployment, { ...estate, scalingGroup }, placement);
  await manage(deployment.sandbox, id, { more: copiable });
  return readBack(findingAbout(deployment, id));
}

/** Replacements fill a group up to its largest size, and slow every look at it down: each instance gets a group to itself. */
async function groupOfItsOwn(client: Stage['client'], { scalingGroup, subnets }: Estate): Promise<string> {
  const AutoScalingGroupName = `group-${randomBytes(4).toString('hex')}`;
  const sizes = { MinSize: 0, MaxSize: 100, DesiredCapacity: 0, VPCZoneIdentifier: subnets.join(',') };
  const group = { AutoScalingGroupName, LaunchConfigurationName: scalingGroup, ...sizes };
  await client(AutoScalingClient, 'member').send(new CreateAutoScalingGroupCommand(group));
  return AutoScalingGroupName;
}

const other = 'somebody-elses';

/** What a meddler puts onto instances. */
async function otherProfile(client: Stage['client']): Promise<void> {
  const iam = client(IAMClient, 'member');
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: other, AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: other }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: other, RoleName: other }));
}

/** For `.catch` of a call about a target that may be none any more. */
function unlessInvalid(error: Error): void {
  if (error.name !== 'InvalidTargetException') throw error;
}

/** Somebody else's work on an instance we hold: every part of it that can take a third value gets one. */
async function meddleWithInstance({ client, estate }: Stage, target: Instance): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  for (const { id } of target.interfaces) {
    const Groups = [estate.groups.admin];
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups }));
  }
  const Filters = [{ Name: 'instance-id', Values: [target.id] }];
  const { IamInstanceProfileAssociations: [worn] = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters }),
  );
  const IamInstanceProfile = { Name: other };
  const association = worn && { AssociationId: worn.AssociationId, IamInstanceProfile };
  if (association) await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(association));
  else await ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: target.id, IamInstanceProfile }));
  const group = { AutoScalingGroupName: target.autoScalingGroup ?? '', InstanceIds: [target.id] };
  const detach = new DetachInstancesCommand({ ...group, ShouldDecrementDesiredCapacity: false });
  await client(AutoScalingClient, 'member').send(detach);
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const Name = `side-${target.id.slice(-8)}`;
  const side = { Name, Protocol: 'HTTPS', Port: 443, VpcId: estate.vpc, TargetType: 'instance' } as const;
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(side));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  const register = new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: target.id, Port: 443 }] });
  // What is stopped is nobody's target.
  await elb.send(register).catch(unlessInvalid);
}

/** Empties the balancer's group and takes somebody else's away: what earlier tests registered would slow every later look down. */
async function clearBalancers({ client, estate }: Stage): Promise<void> {
  const elb = client(ElasticLoadBalancingV2Client, 'member');
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn } of TargetGroups) {
    if (TargetGroupArn !== estate.targetGroup) await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  }
  const TargetGroupArn = estate.targetGroup;
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const registered = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
  for (const { Target } of registered) {
    const deregister = new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: Target?.Id ?? '' }] });
    // One that another test has terminated meanwhile is none any more.
    await elb.send(deregister).catch(unlessInvalid);
  }
}

/** Takes our quarantine groups away, as if we had never been in the VPC: the next apply has to make them. */
async function forgetGroups({ client }: Stage): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  const Filters = [{ Name: 'tag-key', Values: [quarantineTag] }];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  for (const { GroupId } of SecurityGroups) {
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId })).catch((error: Error) => {
      // Another test failed and left its instance in quarantine.
      if (error.name !== 'DependencyViolation') throw error;
    });
  }
}

/** Out of service in its group, and protected as it is in the first minutes of an incident: only so can it be stopped at all. */
async function onStandby({ client }: Stage, { id, autoScalingGroup }: Instance): Promise<void> {
  const ec2 = client(EC2Client, 'member');
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiStop: { Value: true } }));
  const AutoScalingGroupName = autoScalingGroup ?? '';
  const where = { AutoScalingGroupName, InstanceIds: [id], ShouldDecrementDesiredCapacity: false };
  await client(AutoScalingClient, 'member').send(new EnterStandbyCommand(where));
}

/** In the same subnet, with nothing to do with it. One for all of a stage. */
const neighbours = new WeakMap<Stage, Promise<string>>();
function neighbourOf(stage: Stage): Promise<string> {
  const launched = stage.client(EC2Client, 'member').send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: stage.estate.subnets[0],
    }),
  );
  return launched.then(({ Instances }) => Instances?.[0]?.InstanceId ?? '');
}

/** Once all snapshots of these volumes are completed: what goes with an instance has to be kept by then. */
async function copied(ec2: EC2Client, Values: string[]): Promise<void> {
  const Filters = [{ Name: 'volume-id', Values }];
  for (;;) {
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ Filters }));
    if (Snapshots.every(({ State }) => State !== 'pending')) return;
    await sleep(50);
  }
}

/** What a thief has is the instance itself: whether it is there, protected as it is in the first minutes of an incident. */
async function itself({ client }: Stage, { id, volumes }: Instance): Promise<Spoils> {
  const ec2 = client(EC2Client, 'member');
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: true } }));
  await copied(
    ec2,
    volumes.map((one) => one.id),
  );
  return async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const state = Reservations?.[0]?.Instances?.[0]?.State?.Name ?? 'gone';
    return { there: !['shutting-down', 'terminated', 'gone'].includes(state) };
  };
}

/** Elsewhere on the internet. */
const supplier = '203.0.113.80';
const went = (flow: Flow) => (flow === 'alive' ? 'allowed' : 'denied');

/** The attacker uses a connection that was open before, and that a change of groups does not end. */
async function goOn(stage: Stage, { id, remotes: [remote = ''] = [] }: Instance): Promise<Attempts> {
  const ec2 = stage.client(EC2Client, 'member');
  const neighbour = neighbours.get(stage) ?? neighbourOf(stage);
  neighbours.set(stage, neighbour);
  const [attacker, innocent] = await Promise.all([
    trackedFlow(ec2, id, remote),
    trackedFlow(ec2, await neighbour, supplier),
  ]);
  return { attacker: went(attacker), neighbour: went(innocent) };
}

const cutOff: Attempts = { attacker: 'denied', neighbour: 'allowed' };

export const world: World<Instance> = {
  shapes: { 'an instance': aboutInstance },
  prepare: otherProfile,
  ready: { 'stop-instance': onStandby },
  look: instanceWorld,
  meddle: meddleWithInstance,
  trial: {
    try: goOn,
    before: { attacker: 'allowed', neighbour: 'allowed' },
    held: { 'block-at-network-acl': cutOff, 'stop-instance': cutOff },
  },
  plunder: itself,
  clear: clearBalancers,
  forget: forgetGroups,
};

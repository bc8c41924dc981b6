import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { type DescribeInstancesCommandOutput, EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, paginateListInstanceProfilesForRole } from '@aws-sdk/client-iam';
import { sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { alwaysTracked } from '../always-tracked.ts';
import { known, type Part, together, unread } from '../blast-radius.ts';
import { disksOf } from '../disks.ts';
import type { Instance } from '../instance/target.ts';
import { endingOf, groupSentence, outlastingSentence, roleSentence, targetGroupSentence } from './plan.ts';
import { measureBlastRadius } from './step.ts';

/** Target groups asked at once, and in all: one call each, and a person waits for the question. */
const [atOnce, atMost] = [10, 200];

type Looking = Pick<StepContext<Instance>, 'target' | 'session' | 'run'>;

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
const part = (what: string, read: () => Promise<Part>): Promise<Part> =>
  read().catch((error: unknown) => unread(what, sentence(error)));

/** Facts of an instance that shows no interface were not read, so "none" means "not known". */
const wasRead = ({ interfaces }: Instance): boolean => interfaces.length > 0;

async function users({ target, session }: Looking): Promise<Part> {
  const { role, profile, id } = target;
  if (!role) return !profile && wasRead(target) ? known('The instance has no role') : unread('Role', 'it was not read');
  const profiles: string[] = [];
  const asked = { client: session.client(IAMClient) };
  for await (const page of paginateListInstanceProfilesForRole(asked, { RoleName: role.name })) {
    profiles.push(...(page.InstanceProfiles ?? []).map(({ Arn = '' }) => Arn));
  }
  if (profiles.length === 0) return known(roleSentence(role.name, id, []));
  const running: string[] = [];
  const Filters = [
    { Name: 'iam-instance-profile.arn', Values: profiles },
    { Name: 'instance-state-name', Values: ['running'] },
  ];
  for await (const page of paginateDescribeInstances({ client: session.client(EC2Client) }, { Filters })) {
    running.push(...instancesOn(page).map(({ InstanceId = '' }) => InstanceId));
  }
  return known(roleSentence(role.name, id, running));
}

const instancesOn = ({ Reservations = [] }: DescribeInstancesCommandOutput) =>
  Reservations.flatMap(({ Instances = [] }) => Instances);

async function group({ target, session }: Looking): Promise<Part> {
  const { autoScalingGroup: name } = target;
  if (!name) return wasRead(target) ? known() : unread('Auto Scaling group', 'it was not read');
  const { AutoScalingGroups } = await session
    .client(AutoScalingClient)
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  const found = AutoScalingGroups?.[0];
  if (!found) return unread(`Auto Scaling group ${name}`, 'it is no longer listed');
  return known(
    groupSentence({
      name,
      desired: found.DesiredCapacity ?? 0,
      inService: (found.Instances ?? []).filter(({ LifecycleState }) => LifecycleState === 'InService').length,
      suspended: (found.SuspendedProcesses ?? []).map(({ ProcessName = '' }) => ProcessName),
    }),
  );
}

/** What a target group may call the instance: its id, or any of its private addresses. */
async function ownNames({ target, session }: Looking): Promise<Set<string>> {
  const names = new Set<string>([target.id]);
  const asked = { client: session.client(EC2Client) };
  for await (const page of paginateDescribeInstances(asked, { InstanceIds: [target.id] })) {
    const interfaces = instancesOn(page).flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces);
    for (const { PrivateIpAddresses = [], Ipv6Addresses = [] } of interfaces) {
      for (const { PrivateIpAddress } of PrivateIpAddresses) if (PrivateIpAddress) names.add(PrivateIpAddress);
      for (const { Ipv6Address } of Ipv6Addresses) if (Ipv6Address) names.add(Ipv6Address);
    }
  }
  return names;
}

/** Target groups that could hold the instance: by id or address, in a VPC it has an interface in. */
async function candidates(client: ElasticLoadBalancingV2Client, { interfaces }: Instance): Promise<TargetGroup[]> {
  const vpcs = new Set(interfaces.map(({ vpc }) => vpc));
  const found: TargetGroup[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
    found.push(
      ...TargetGroups.filter(({ TargetType, VpcId = '' }) => {
        const here = vpcs.size === 0 || vpcs.has(VpcId);
        return here && TargetType !== 'lambda' && TargetType !== 'alb';
      }),
    );
  }
  return found;
}

async function balancing(looking: Looking): Promise<Part> {
  const client = looking.session.client(ElasticLoadBalancingV2Client);
  const [groups, own] = await Promise.all([candidates(client, looking.target), ownNames(looking)]);
  const health = ({ TargetGroupArn, TargetGroupName = '' }: TargetGroup): Promise<Part> =>
    part(`Target group ${TargetGroupName}`, async () => {
      const { TargetHealthDescriptions = [] } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      const targets = TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
        id: Target?.Id ?? '',
        state: TargetHealth?.State ?? 'unknown',
      }));
      const words = targetGroupSentence(TargetGroupName, targets, own);
      return words ? known(words) : known();
    });
  const parts: Part[] = [];
  for (let from = 0; from < Math.min(groups.length, atMost); from += atOnce) {
    parts.push(...(await Promise.all(groups.slice(from, from + atOnce).map(health))));
  }
  if (groups.length > atMost)
    parts.push(unread(`${groups.length - atMost} more target groups`, 'too many to ask each'));
  return together(parts);
}

/** Without a network nothing was read, and what it has none of is not said. */
async function outlasting({ target, session }: Looking): Promise<Part> {
  if (!wasRead(target)) return known();
  const words = outlastingSentence(await alwaysTracked(target, session));
  return words ? known(words) : known();
}

/** Where its disks cannot be read nobody is asked whether it may go. */
const ending = async ({ target, session, run }: Looking) =>
  endingOf(target, await disksOf(target.id, run.incident, session).catch(() => null));

export async function measure(looking: Looking) {
  const [end, ...parts] = await Promise.all([
    ending(looking),
    part('Who else uses the role', () => users(looking)),
    part('Auto Scaling group', () => group(looking)),
    part('Target groups', () => balancing(looking)),
    part('Open connections', () => outlasting(looking)),
  ]);
  return { outcome: 'measured' as const, ...together(parts), ...end };
}

export const handler = serveStep(measureBlastRadius, measure);

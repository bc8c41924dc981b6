import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { beyond, mayList, planLeave, type Registration, registrationsOf } from './plan.ts';
import { leaveLoadBalancers, type Registrations } from './step.ts';

type Elb = ElasticLoadBalancingV2Client;
type Job = LeverJob<Instance, Registrations>;
type GroupHealth = [arn: string, TargetHealthDescription[]];

/** Groups asked at once: an account may have thousands, and ELB throttles by account and Region. */
const atOnce = 10;

async function groupsIn(elb: Elb): Promise<TargetGroup[]> {
  const groups: TargetGroup[] = [];
  let Marker: string | undefined;
  do {
    const page = await elb.send(new DescribeTargetGroupsCommand({ ...(Marker && { Marker }) }));
    groups.push(...(page.TargetGroups ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return groups;
}

/** All targets of a group: to ask for one instance we would have to know its ports, and any may override the group's own. */
async function healthOf(elb: Elb, arn: string): Promise<GroupHealth> {
  try {
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return [arn, answer.TargetHealthDescriptions ?? []];
  } catch (error) {
    // A group deleted since it was listed sends nobody anything.
    if (isGone(error)) return [arn, []];
    throw error;
  }
}

async function look(target: Instance, session: Session): Promise<Registrations> {
  const elb = session.client(ElasticLoadBalancingV2Client);
  const arns = mayList(await groupsIn(elb), target);
  const seen: GroupHealth[] = [];
  for (let start = 0; start < arns.length; start += atOnce) {
    seen.push(...(await Promise.all(arns.slice(start, start + atOnce).map((arn) => healthOf(elb, arn)))));
  }
  return registrationsOf(target.id, seen);
}

/** Name and id of a group, without the account around it. */
const short = (arn: string): string => arn.split(':targetgroup/').at(-1) ?? arn;

async function each(
  groups: Registrations['targetGroups'],
  what: string,
  send: (arn: string, registrations: Registration[]) => Promise<unknown>,
): Promise<Change> {
  const jobs = Object.entries(groups).map(([arn, registrations]) => {
    const ports = registrations.map(({ port }) => port).join(', ');
    return [`${short(arn)}: ${what} on ${ports}`, () => send(arn, registrations)] as const;
  });
  const { done, failed } = await all(jobs);
  return changeOf(done, failed);
}

async function apply({ from, to, target: { id }, session }: Job): Promise<Change> {
  const elb = session.client(ElasticLoadBalancingV2Client);
  return each(beyond(from, to), 'deregistered', (arn, registrations) => {
    const Targets = registrations.map(({ port }) => ({ Id: id, Port: port }));
    return elb.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets }));
  });
}

/** Gives back what it had. What somebody registered meanwhile stays: taking it away would be no release. */
async function release({ from, to, target: { id }, session }: Job): Promise<Change> {
  const elb = session.client(ElasticLoadBalancingV2Client);
  return each(beyond(to, from), 'registered', (arn, registrations) => {
    const Targets = registrations.map(({ port, quicServerId }) => ({
      Id: id,
      Port: port,
      ...(quicServerId && { QuicServerId: quicServerId }),
    }));
    return elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
  });
}

export const handler = serveLever(leaveLoadBalancers, { look, plan: planLeave, apply, release });

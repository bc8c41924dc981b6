import { setTimeout as sleep } from 'node:timers/promises';
import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { Refused } from '../../../lib/domain/errors.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import type { DryRun } from '../../runtime/check.ts';
import { sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { whyAbsent } from '../terminated.ts';
import { compared, isDown, planStop, verdictOf } from './plan.ts';
import { type Power, stopInstance } from './step.ts';

type Job = LeverJob<Instance, Power>;

/** Looks, two seconds apart, before we say how far it got: apply has 120 seconds in all, release 60. */
const patience = { stopping: 45, starting: 20 };

async function stateOf(ec2: EC2Client, { id }: Instance): Promise<Pick<Power, 'state' | 'hibernates'>> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const found = Reservations?.[0]?.Instances?.[0];
  return { state: found?.State?.Name ?? 'gone', hibernates: found?.HibernationOptions?.Configured ?? false };
}

async function groupOf(session: Session, { id }: Instance): Promise<Power['group']> {
  const asked = new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] });
  const [found] = (await session.client(AutoScalingClient).send(asked)).AutoScalingInstances ?? [];
  return found ? { name: found.AutoScalingGroupName ?? '', lifecycle: found.LifecycleState ?? '' } : null;
}

async function look(target: Instance, session: Session): Promise<Power> {
  const ec2 = session.client(EC2Client);
  const asked = new DescribeInstanceAttributeCommand({ InstanceId: target.id, Attribute: 'disableApiStop' });
  const [state, { DisableApiStop }, group] = await Promise.all([
    stateOf(ec2, target),
    ec2.send(asked),
    groupOf(session, target),
  ]);
  return { ...state, stopProtection: DisableApiStop?.Value ?? false, group };
}

/** A guest is given time to shut down, after the call has returned. */
async function until(state: string, looks: number, target: Instance, ec2: EC2Client): Promise<string> {
  for (let turn = 1; ; turn++) {
    const { state: now } = await stateOf(ec2, target);
    if (now === state || turn >= looks) return now;
    await sleep(2000);
  }
}

/** What AWS does not do with it in the state it is in, or for want of hardware, is a person's (EC2 API reference, "Error codes"). */
const refusing =
  /^(IncorrectInstanceState|UnsupportedOperation|UnsupportedHibernationConfiguration|InsufficientInstanceCapacity|OperationNotPermitted)$/;
const refuse = (error: Error): never => {
  throw refusing.test(error.name) ? new Refused(sentence(error), { cause: error }) : error;
};

/**
 * Our own protection from stopping, of the first minutes, is lifted for the one call, since EC2 refuses it otherwise
 * (cloud-custodian/cloud-custodian#8007), and put back. Hibernation keeps the memory, where it was set up; elsewhere a guest that does
 * not shut down is stopped by force.
 */
async function apply({ from, to, target, session }: Job): Promise<Change> {
  const ec2 = session.client(EC2Client);
  const { id: InstanceId } = target;
  const protect = (Value: boolean) =>
    ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiStop: { Value } }));
  const how = to.hibernates ? { Hibernate: true } : { Force: true };
  if (!isDown(from)) {
    if (from.stopProtection) await protect(false);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId], ...how })).catch(refuse);
  }
  const state = await until('stopped', patience.stopping, target, ec2);
  const stopped = isDown(from) ? [] : [`${InstanceId}: ${state}`];
  const lifted = to.stopProtection && !(isDown(from) && from.stopProtection);
  const { failed } = await all(lifted ? [['stop protection', () => protect(true)]] : []);
  return changeOf(stopped, failed);
}

async function release({ from, to, target, session }: Job): Promise<Change> {
  if (to.state !== 'running' || !isDown(from)) return { outcome: 'already-applied' };
  const ec2 = session.client(EC2Client);
  await until('stopped', patience.starting / 2, target, ec2);
  await ec2.send(new StartInstancesCommand({ InstanceIds: [target.id] })).catch(refuse);
  // The last look of a release comes right after this, and should find it running.
  const state = await until('running', patience.starting, target, ec2);
  return changeOf([`${target.id}: ${state}`], []);
}

const dryRuns = ({ id }: Instance, session: Session): DryRun[] => [
  [
    'ec2:StopInstances',
    () => session.client(EC2Client).send(new StopInstancesCommand({ InstanceIds: [id], DryRun: true })),
  ],
];

export const handler = serveLever(stopInstance, {
  dryRuns,
  look,
  absent: whyAbsent,
  plan: planStop,
  apply,
  release,
  compared,
  verify: async ({ now }) => verdictOf(now),
});

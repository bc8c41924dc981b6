import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutoScalingClient,
  DescribeAutoScalingInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
} from '@aws-sdk/client-auto-scaling';
import { differences } from '../../../lib/domain/before-state.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { planStandby, stepFrom, verdictOf } from './plan.ts';
import { leaveAutoScaling, type Membership } from './step.ts';

type Job = LeverJob<Instance, Membership>;

/** Looks of a release, one second apart, before we say how far it got; it has 60 seconds in all. */
const patience = { standby: 15, service: 30 };

async function look({ id }: Instance, session: Session): Promise<Membership> {
  const { AutoScalingInstances } = await session
    .client(AutoScalingClient)
    .send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }));
  const found = AutoScalingInstances?.[0];
  return { group: found ? { name: found.AutoScalingGroupName ?? '', lifecycle: found.LifecycleState ?? '' } : null };
}

/** Lifecycle changes go on after the call that asks for them has returned. */
async function awaited(meant: Membership, looks: number, target: Instance, session: Session): Promise<Membership> {
  for (let turn = 1; ; turn++) {
    const now = await look(target, session);
    if (turn >= looks || differences(meant, now).length === 0) return now;
    await sleep(1000);
  }
}

/** Auto Scaling answers ValidationError for a group that is gone, a state that moved on and a size that forbids it. */
const refuse = (error: Error): never => {
  throw error.name === 'ValidationError' ? new Refused(sentence(error), { cause: error }) : error;
};

/** Back in service is one more: a group at its largest size never takes it, however often it is tried (ExitStandby API). */
const room =
  (group: string | undefined) =>
  (error: Error): never => {
    if (error.name !== 'ValidationError' || !/max(imum)?[ -]?(value|size)/i.test(error.message)) return refuse(error);
    const advice = `Raise the MaxSize of ${group} by one, release once more, then lower it again.`;
    throw new Refused(`${advice} (${sentence(error)})`, { cause: error });
  };

async function carryOut({ from, to }: Pick<Job, 'from' | 'to'>, call: () => Promise<unknown>): Promise<Change> {
  const step = stepFrom(from, to);
  if (step === 'stay') return { outcome: 'already-applied' };
  if (step !== 'move') return { outcome: 'refused', because: step.refused };
  await call().catch(refuse);
  return { outcome: 'applied', changed: [`${to.group?.name}: ${to.group?.lifecycle}`] };
}

async function apply({ from, to, target, session }: Job): Promise<Change> {
  const command = new EnterStandbyCommand({
    AutoScalingGroupName: to.group?.name,
    InstanceIds: [target.id],
    // Capacity is kept. Lowering it could also be refused, at the group's minimum (EnterStandby API).
    ShouldDecrementDesiredCapacity: false,
  });
  return carryOut({ from, to }, () => session.client(AutoScalingClient).send(command));
}

async function release({ from, to, target, session }: Job): Promise<Change> {
  const standby: Membership = { group: to.group && { ...to.group, lifecycle: 'Standby' } };
  const entering = from.group?.lifecycle === 'EnteringStandby';
  const here = entering ? await awaited(standby, patience.standby, target, session) : from;
  const command = new ExitStandbyCommand({ AutoScalingGroupName: to.group?.name, InstanceIds: [target.id] });
  const leave = () => session.client(AutoScalingClient).send(command).catch(room(to.group?.name));
  const change = await carryOut({ from: here, to }, leave);
  // The last look of a release comes right after this, and should find it in service.
  if (change.outcome !== 'refused') await awaited(to, patience.service, target, session);
  return change;
}

export const handler = serveLever(leaveAutoScaling, {
  look,
  plan: planStandby,
  apply,
  release,
  verify: async ({ stored: { ours }, now }) => verdictOf(ours, now),
});

import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { type Change, changeOf, type Verdict } from '../../../lib/domain/outcome.ts';
import { orGone } from '../../runtime/facts.ts';
import { asMeant, type LeverJob, type LeverReading, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { EcsTask } from '../ecs-task/target.ts';
import { scalableTarget } from '../scalable-target.ts';
import { compared, planZero, type Step, stepsFrom } from './plan.ts';
import { type Scale, Suspended, scaleService } from './step.ts';

type Job = LeverJob<EcsTask, Scale>;

async function serviceOf({ cluster, service }: EcsTask, session: Session): Promise<Service | null> {
  if (!service) return null;
  const asked = session.client(ECSClient).send(new DescribeServicesCommand({ cluster, services: [service] }));
  const { services } = (await asked.catch(orGone)) ?? {};
  const found = services?.[0];
  // A deleted service is listed for a while (ECS API reference, DeleteService).
  return found && found.status !== 'INACTIVE' ? found : null;
}

async function suspendedOf(target: EcsTask, session: Session): Promise<Suspended | null> {
  const command = new DescribeScalableTargetsCommand(scalableTarget(target));
  const { ScalableTargets } = await session.client(ApplicationAutoScalingClient).send(command);
  const found = ScalableTargets?.[0];
  return found ? Suspended.parse(found.SuspendedState ?? {}) : null;
}

async function look(target: EcsTask, session: Session): Promise<Scale> {
  if (!target.service) return { service: null };
  const [found, suspended] = await Promise.all([serviceOf(target, session), suspendedOf(target, session)]);
  if (!found) return { service: null };
  const { desiredCount: desired = 0, schedulingStrategy: strategy = 'REPLICA', taskDefinition, deployments } = found;
  const primary = deployments?.find(({ status }) => status === 'PRIMARY');
  return {
    service: { desired, strategy, definition: taskDefinition ?? null, deployment: primary?.id ?? null, suspended },
  };
}

/** One by one, in the order of the plan. */
async function carryOut({ from, to, target, session }: Job): Promise<Change> {
  const { cluster, service } = target;
  if (to.service && !from.service)
    return { outcome: 'refused', because: `the service ${service} no longer exists in ${cluster}` };
  const { desired: desiredCount, suspended } = to.service ?? {};
  const { ResourceIds: [ResourceId] = [], ...which } = scalableTarget(target);
  const does: Readonly<Record<Step, () => Promise<unknown>>> = {
    scaling: () =>
      session
        .client(ApplicationAutoScalingClient)
        .send(new RegisterScalableTargetCommand({ ...which, ResourceId, SuspendedState: suspended ?? {} })),
    count: () =>
      session.client(ECSClient).send(new UpdateServiceCommand({ cluster, service: service ?? '', desiredCount })),
  };
  const says: Readonly<Record<Step, string>> = {
    scaling: `${service}: auto scaling ${suspended?.DynamicScalingOutSuspended ? 'suspended' : 'goes on'}`,
    count: `${service}: ${desiredCount} tasks`,
  };
  const steps = stepsFrom(from, to);
  for (const step of steps) await does[step]();
  return changeOf(
    steps.map((step) => says[step]),
    [],
  );
}

/** At zero, and none is left: a task has time to end, and longer where a load balancer lets its connections drain. */
async function verify({ target, stored, now, session }: LeverReading<EcsTask, Scale>): Promise<Verdict> {
  const verdict = asMeant(stored, now, compared);
  if (verdict.outcome !== 'verified') return verdict;
  const { runningCount = 0, pendingCount = 0 } = (await serviceOf(target, session)) ?? {};
  const left = runningCount + pendingCount;
  if (left === 0) return verdict;
  const because = `${target.service} is at zero and ${left} of its tasks still run: they end within their stop time, after their load balancers have let them go`;
  return { outcome: 'not-verified', because };
}

export const handler = serveLever(scaleService, {
  look,
  plan: planZero,
  apply: carryOut,
  release: carryOut,
  compared,
  verify,
});

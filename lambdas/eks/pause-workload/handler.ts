import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { connect } from '../cluster.ts';
import type { Workload } from '../eks-workload/target.ts';
import { OwnerObject } from '../objects.ts';
import { callsFor, planPause } from './plan.ts';
import { pauseWorkload, type Replicas } from './step.ts';

async function look(target: Workload, session: Session): Promise<Replicas> {
  const calls = callsFor(target);
  if (!calls || !target.owner) return { replicas: null };
  const api = await connect(target, session);
  const found = await api.find(OwnerObject, calls.get, { namespace: target.namespace, name: target.owner.name });
  return { replicas: found?.spec.replicas ?? null };
}

/** Apply and release are the same walk, in opposite directions. */
async function carryOut({ target, from, to, session }: LeverJob<Workload, Replicas>): Promise<Change> {
  const calls = callsFor(target);
  const { owner, namespace } = target;
  if (!calls || !owner || from.replicas === null || from.replicas === to.replicas) return changeOf([], []);
  const api = await connect(target, session);
  await api.send(calls.scale, { namespace, name: owner.name, body: { spec: { replicas: to.replicas } } });
  return changeOf([`${owner.kind} ${owner.name}: ${from.replicas} → ${to.replicas}`], []);
}

export const handler = serveLever(pauseWorkload, { look, plan: planPause, apply: carryOut, release: carryOut });

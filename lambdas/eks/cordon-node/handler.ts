import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { connect } from '../cluster.ts';
import type { Workload } from '../eks-workload/target.ts';
import { NodeObject } from '../objects.ts';
import { doNotDisrupt, leftOf, nodesOf, planCordon, scaleDownDisabled } from './plan.ts';
import { type Cordon, cordonNode } from './step.ts';

type State = Cordon['nodes'][string];

async function look(target: Workload, session: Session): Promise<Cordon> {
  const api = await connect(target, session);
  const states = nodesOf(target).map(async (name) => {
    const node = await api.find(NodeObject, 'getNode', { name });
    const { annotations = {} } = node?.metadata ?? {};
    const state: State = node && {
      unschedulable: node.spec.unschedulable ? 'yes' : 'no',
      doNotDisrupt: annotations[doNotDisrupt] ?? null,
      scaleDownDisabled: annotations[scaleDownDisabled] ?? null,
    };
    return [name, state] as const;
  });
  return { nodes: Object.fromEntries(await Promise.all(states)) };
}

/** As `kubectl cordon` and `uncordon` write it: what is schedulable has no such field. */
const patchTo = (state: NonNullable<State>): object => ({
  metadata: { annotations: { [doNotDisrupt]: state.doNotDisrupt, [scaleDownDisabled]: state.scaleDownDisabled } },
  spec: { unschedulable: state.unschedulable === 'yes' ? true : null },
});

/** Apply and release are the same walk, in opposite directions. */
async function carryOut({ target, from, to, session }: LeverJob<Workload, Cordon>): Promise<Change> {
  const api = await connect(target, session);
  const deeds = Object.entries(to.nodes).flatMap(([name, state]) => {
    if (!state || !from.nodes[name] || differences(from.nodes[name], state).length === 0) return [];
    return [[name, () => api.send('patchNode', { name, body: patchTo(state) })] as const];
  });
  const { done, failed } = await all(deeds);
  return changeOf(done, failed);
}

export const handler = serveLever(cordonNode, {
  look,
  plan: planCordon,
  apply: carryOut,
  release: carryOut,
  left: leftOf,
});

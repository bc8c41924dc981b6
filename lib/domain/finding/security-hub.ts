import type { Named, TargetKind } from '../named.ts';
import { type HubResource, kindOf, targetsOf } from './hub-resource.ts';
import { eachOnce } from './order.ts';

type Somewhere = Pick<Named, 'account' | 'region'>;

/** What the resources of a finding come to. */
export interface HubTargets {
  readonly targets: Named[];
  readonly missing: string[];
}

/** Ten times the resources ASFF allows in a finding (32), and as many as an attack sequence holds. */
const mostResources = 400;

/** What to call the id that a resource of this kind lacks. */
const ids: Partial<Record<TargetKind, string>> = {
  bucket: 'bucket name',
  'eks-cluster': 'EKS cluster name',
  'eks-workload': 'workload name',
  'ecs-cluster': 'ECS cluster name',
  'ecs-task': 'ECS task id',
  'db-instance': 'database name',
  'db-cluster': 'database name',
  'lambda-function': 'function name',
};
const idOf = (kind: TargetKind | null): string =>
  (kind && ids[kind]) ?? `${kind?.replaceAll('-', ' ') ?? 'resource'} id`;

/** Tasks, workloads and objects lie in a cluster or bucket that is another entry of the list. */
function placed(target: Named, targets: readonly Named[], bucket: string | null): Named | null {
  const of = (kind: TargetKind): string | null => targets.find((one) => one.kind === kind)?.id ?? null;
  if (target.inside) return target;
  if (target.kind === 'ecs-task') return { ...target, inside: of('ecs-cluster') };
  if (target.kind === 'eks-workload') return { ...target, inside: of('eks-cluster') };
  if (target.kind !== 'object') return target;
  const inside = bucket ?? of('bucket');
  return inside ? { ...target, id: `${inside}/${target.id}`, inside } : null;
}

/** Keys are often hidden, and the finding then names the holder only. */
const lacks = (resource: HubResource, targets: readonly Named[]): boolean =>
  targets.length === 0 || (kindOf(resource) === 'access-key' && !targets.some(({ kind }) => kind === 'access-key'));

/** The resources of a finding as targets, in its order, each once. `bucket`: where its objects lie, if the finding says so elsewhere. */
export function hubTargets(resources: readonly HubResource[], home: Somewhere, bucket: string | null): HubTargets {
  const read = resources.slice(0, mostResources).map((resource) => ({ resource, targets: targetsOf(resource, home) }));
  const found = read.flatMap(({ targets }) => targets);
  const targets = found.flatMap((target) => placed(target, found, bucket) ?? []);
  const missing = [
    ...(resources.length === 0 ? ['resource'] : []),
    ...(resources.length > mostResources
      ? [`resources (only the first ${mostResources} of ${resources.length} are read)`]
      : []),
    ...read.flatMap(({ resource, targets }) => (lacks(resource, targets) ? [idOf(kindOf(resource))] : [])),
    ...(targets.length < found.length ? ['bucket name'] : []),
  ];
  return { targets: eachOnce(targets), missing: [...new Set(missing)] };
}

import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Instance } from '../instance/target.ts';
import type { Registrations } from './step.ts';

type Groups = Registrations['targetGroups'];
export type Registration = Groups[string][number];

interface Group {
  readonly TargetGroupArn?: string | undefined;
  readonly TargetType?: string | undefined;
  readonly VpcId?: string | undefined;
}

interface Health {
  readonly Target?:
    | {
        readonly Id?: string | undefined;
        readonly Port?: number | undefined;
        readonly QuicServerId?: string | undefined;
      }
    | undefined;
  readonly TargetHealth?: { readonly State?: string | undefined; readonly Reason?: string | undefined } | undefined;
}

/** ARNs of the groups that can list the instance by its id: of that type, and in a VPC it has an interface in. */
export function mayList(groups: readonly Group[], { interfaces }: Instance): string[] {
  const vpcs = new Set(interfaces.map(({ vpc }) => vpc));
  return groups
    .filter(({ TargetType, VpcId = '' }) => TargetType === 'instance' && (vpcs.size === 0 || vpcs.has(VpcId)))
    .flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
}

/** A draining target is deregistered already, and so is one of which ELB says that it is not registered. */
const registered = ({ TargetHealth }: Health): boolean =>
  TargetHealth?.State !== 'draining' && TargetHealth?.Reason !== 'Target.NotRegistered';

/** The instance's own registrations, by group; a group without any is left out. */
export function registrationsOf(id: string, seen: readonly (readonly [arn: string, Health[]])[]): Registrations {
  const own = seen.map(([arn, health]) => {
    const targets = health.filter((one) => one.Target?.Id === id && registered(one)).map(({ Target }) => Target);
    const ports = targets.map((target) => ({ port: target?.Port ?? 0, quicServerId: target?.QuicServerId ?? null }));
    return [arn, ports.toSorted((a, b) => a.port - b.port)] as const;
  });
  return { targetGroups: Object.fromEntries(own.filter(([, ports]) => ports.length > 0)) };
}

/** In no target group. */
export function planLeave(_target: Instance, { targetGroups }: Registrations): LeverPlan<Registrations> {
  if (Object.keys(targetGroups).length === 0) return { nothing: 'no target group lists the instance by its id' };
  return { ours: { targetGroups: {} } };
}

/** What `some` has and `others` lack, by group: to deregister when we apply, to register when we release. */
export function beyond({ targetGroups: some }: Registrations, { targetGroups: others }: Registrations): Groups {
  const left = Object.entries(some).map(([arn, ports]) => {
    const known = new Set(others[arn]?.map(({ port }) => port));
    return [arn, ports.filter(({ port }) => !known.has(port))] as const;
  });
  return Object.fromEntries(left.filter(([, ports]) => ports.length > 0));
}

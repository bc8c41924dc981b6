import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { quarantineGroupName } from '../../../lib/domain/quarantine-group.ts';
import type { Database } from '../kinds.ts';
import type { Reach } from './step.ts';

interface Grouped {
  readonly VpcSecurityGroups?:
    | readonly { readonly VpcSecurityGroupId?: string | undefined; readonly Status?: string | undefined }[]
    | undefined;
}

interface Flagged extends Grouped {
  readonly DBInstanceIdentifier?: string | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
}

/** Ids of those that RDS is still changing: until it is done it may show them as before (RDS user guide, "Viewing Amazon RDS DB instance status"). */
export function changingIn(
  cluster: { readonly DBClusterIdentifier?: string | undefined; readonly Status?: string | undefined } | null,
  instances: readonly {
    readonly DBInstanceIdentifier?: string | undefined;
    readonly DBInstanceStatus?: string | undefined;
  }[],
): string[] {
  const each = [
    [cluster?.DBClusterIdentifier, cluster?.Status] as const,
    ...instances.map((one) => [one.DBInstanceIdentifier, one.DBInstanceStatus] as const),
  ];
  return each.flatMap(([id, status]) => (id && status === 'modifying' ? [id] : []));
}

/** In one order: RDS promises none. A group that is being removed no longer counts. */
const groupsOf = ({ VpcSecurityGroups = [] }: Grouped): string[] =>
  VpcSecurityGroups.filter(({ Status }) => Status !== 'removing')
    .map(({ VpcSecurityGroupId = '' }) => VpcSecurityGroupId)
    .toSorted();

/** How it is reached, as RDS describes it. */
export function reachOf(cluster: Grouped | null, instances: readonly Flagged[]): Reach {
  const holder = cluster ?? instances[0] ?? {};
  const flags = instances.map(
    ({ DBInstanceIdentifier = '', PubliclyAccessible = false }) => [DBInstanceIdentifier, PubliclyAccessible] as const,
  );
  return { groups: groupsOf(holder), public: Object.fromEntries(flags) };
}

/** Only our group without rules, and public nowhere. Nobody has made the group where nothing is to be changed. */
export function planIsolation(
  target: Database,
  before: Reach,
  prepared: { readonly group: string } | null,
): LeverPlan<Reach> {
  if (!target.vpc) return { refused: `the VPC of ${target.id} could not be read: remove its public access by hand` };
  const ours: Reach = {
    groups: [prepared?.group ?? quarantineGroupName('closed')],
    public: Object.fromEntries(Object.keys(before.public).map((id) => [id, false])),
  };
  if (differences(before, ours).length === 0) return { nothing: 'it is isolated already' };
  return { ours };
}

/** One call: what it is about, and the settings that differ. */
export interface Setting {
  readonly on: 'cluster' | 'instance';
  readonly id: string;
  readonly groups?: string[];
  readonly public?: boolean;
}

/** The calls from one state to another. An instance by itself takes all in one: after the first it is busy. */
export function settingsFrom({ cluster, id }: Database, from: Reach, to: Reach): Setting[] {
  const groups = differences(from.groups, to.groups).length > 0 ? { groups: to.groups } : {};
  const flags = Object.entries(to.public).filter(([one, flag]) => one in from.public && from.public[one] !== flag);
  if (cluster === null) {
    const [flag] = flags;
    const setting: Setting = { on: 'instance', id, ...groups, ...(flag && { public: flag[1] }) };
    return 'groups' in setting || 'public' in setting ? [setting] : [];
  }
  return [
    ...('groups' in groups ? [{ on: 'cluster' as const, id: cluster, ...groups }] : []),
    ...flags.map(([one, flag]) => ({ on: 'instance' as const, id: one, public: flag })),
  ];
}

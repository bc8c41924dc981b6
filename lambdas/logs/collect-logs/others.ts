import { DescribeClusterCommand, EKSClient, paginateListClusters } from '@aws-sdk/client-eks';
import { type DBInstance, paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds';
import type { Rows } from './audit.ts';
import type { Context } from './files.ts';
import { count, few, found } from './plan.ts';

/** Clusters whose settings are read. */
const mostClusters = 10;

/** Log files that RDS keeps by itself for days; what goes to CloudWatch Logs is kept as long as its group says. */
export async function database({ session }: Context): Promise<Rows> {
  const client = session.client(RDSClient);
  const all: DBInstance[] = [];
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {})) all.push(...DBInstances);
  if (all.length === 0)
    return { rows: [found('database', 'not enabled', 'no database of RDS in this Region')], sealed: [] };
  const kept = all.filter(({ EnabledCloudwatchLogsExports = [] }) => EnabledCloudwatchLogsExports.length > 0);
  const names = few(all.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier));
  const words = `log files of ${count(all.length, 'database')} (${names}), which RDS keeps for days; ${kept.length} also send logs to CloudWatch Logs; of a database that an incident is about they are sealed by record-database`;
  return { rows: [found('database', 'available', words)], sealed: [] };
}

async function isAudited(client: EKSClient, name: string): Promise<boolean> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name }));
  return (cluster?.logging?.clusterLogging ?? []).some(({ enabled, types = [] }) => enabled && types.includes('audit'));
}

/** Whether the control planes of EKS keep an audit log. */
export async function kubernetes({ session }: Context): Promise<Rows> {
  const client = session.client(EKSClient);
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client }, {})) names.push(...clusters);
  const looked = names.slice(0, mostClusters);
  const audited = await Promise.all(looked.map((name) => isAudited(client, name)));
  const [on, off] = [looked.filter((_, at) => audited[at]), looked.filter((_, at) => !audited[at])];
  if (names.length === 0)
    return { rows: [found('kubernetes', 'not enabled', 'no EKS cluster in this Region')], sealed: [] };
  const without = off.length > 0 ? `; not of ${few(off)}` : '';
  if (on.length === 0) return { rows: [found('kubernetes', 'not enabled', `no audit log of ${few(off)}`)], sealed: [] };
  const words = `audit log of ${few(on)} in CloudWatch Logs${without}; of a pod that an incident is about it is sealed by record-workload`;
  return { rows: [found('kubernetes', 'available', words)], sealed: [] };
}

/** What machines, functions and containers wrote themselves. */
export async function compute({ target }: Context): Promise<Rows> {
  const row =
    target.kind === 'instance'
      ? found(
          'compute',
          'available',
          'the console output, sealed by record-instance; what else it wrote is on its disks',
        )
      : found('compute', 'not enabled', 'the incident names no machine whose console could be read');
  return { rows: [row], sealed: [] };
}

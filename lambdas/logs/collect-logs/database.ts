import { type DBInstance, paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds';
import type { Context, Room } from './files.ts';
import { takeGroup } from './groups.ts';
import { count, few, found, type Span } from './plan.ts';
import { type Rows, rowOf, type Taken } from './taken.ts';

/** Log groups that are read. */
const most = 12;

/** What of databases concerns the incident: all that a database of its own wrote, or of all that are here the lines with an address of the instance. */
function concerned({ target }: Context, all: readonly DBInstance[]) {
  if (target.kind === 'db-instance' || target.kind === 'db-cluster') {
    const { id, cluster, instances } = target;
    const own = all.filter(
      ({ DBInstanceIdentifier: name = '', DBClusterIdentifier: within }) =>
        name === id || instances.includes(name) || (within !== undefined && (within === cluster || within === id)),
    );
    return { own, terms: [] };
  }
  const terms = target.kind === 'instance' ? target.interfaces.flatMap(({ own = [] }) => own) : [];
  return { own: terms.length > 0 ? all : [], terms };
}

/** Groups to which it sends logs: those of a cluster have the cluster's name (RDS user guide, "Publishing database logs to Amazon CloudWatch Logs"). */
const groupsOf = (all: readonly DBInstance[]): string[] => [
  ...new Set(
    all.flatMap(({ DBInstanceIdentifier: id, DBClusterIdentifier: cluster, EnabledCloudwatchLogsExports = [] }) =>
      EnabledCloudwatchLogsExports.map(
        (type) => `/aws/rds/${cluster ? `cluster/${cluster}` : `instance/${id}`}/${type}`,
      ),
    ),
  ),
];

function withoutExport(all: readonly DBInstance[], kept: number): Rows {
  const names = few(all.map(({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier));
  const words = `log files of ${count(all.length, 'database')} (${names}), which RDS keeps for days; ${kept} also send logs to CloudWatch Logs; of a database that an incident is about its files are sealed by record-database`;
  return { rows: [found('database', 'available', words)], sealed: [] };
}

/** Logs of RDS: its own files are kept for days; what goes to CloudWatch Logs is kept as long as its group says. */
export async function database(context: Context, span: Span, room: Room): Promise<Rows> {
  const client = context.session.client(RDSClient);
  const all: DBInstance[] = [];
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {})) all.push(...DBInstances);
  if (all.length === 0)
    return { rows: [found('database', 'not enabled', 'no database of RDS in this Region')], sealed: [] };
  const { own, terms } = concerned(context, all);
  const groups = groupsOf(own).slice(0, most);
  if (groups.length === 0) return withoutExport(all, groupsOf(all).length);
  const taken: Taken[] = [];
  for (const group of groups) {
    const what = terms.length > 0 ? `lines with ${few(terms)}` : 'database log';
    taken.push(await takeGroup(context, { kind: 'database', what, group, terms, as: 'events' }, span, room));
  }
  return rowOf('database', taken, span);
}

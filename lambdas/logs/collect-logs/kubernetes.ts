import { DescribeClusterCommand, EKSClient, type LogType, paginateListClusters } from '@aws-sdk/client-eks';
import type { Context, Room } from './files.ts';
import { takeGroup } from './groups.ts';
import { askedOf, few, found, type Span } from './plan.ts';
import { type Rows, rowOf, type Taken, untaken } from './taken.ts';

/** Clusters whose settings are read. */
const mostClusters = 10;

/** Logs of a control plane that say who did what, by the beginning of their streams (EKS user guide, "Send control plane logs to CloudWatch Logs"). */
const streams = { audit: 'kube-apiserver-audit-', authenticator: 'authenticator-' } as const;
type Kept = keyof typeof streams;
const isKept = (type: LogType): type is Kept => type in streams;

async function keptBy(client: EKSClient, name: string): Promise<Kept[]> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name }));
  const on = (cluster?.logging?.clusterLogging ?? []).filter(({ enabled }) => enabled === true);
  return on.flatMap(({ types = [] }) => types.filter(isKept));
}

/** The one cluster that an incident is about, or all of the Region. */
async function clustersOf({ target }: Context, client: EKSClient): Promise<string[]> {
  if (target.kind === 'eks-cluster') return [target.id];
  if (target.kind === 'eks-workload') return [target.cluster];
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client }, {})) names.push(...clusters);
  return names.slice(0, mostClusters);
}

/** Of a cluster that it is about all that was written; of another what names whom the incident concerns: both logs have their sessions and keys. */
function termsOf({ target, finding }: Context): string[] {
  const own = target.kind === 'eks-cluster' || target.kind === 'eks-workload';
  return own ? [] : [...new Set(askedOf(target, finding).map(({ value }) => value))];
}

async function take(context: Context, cluster: string, kept: readonly Kept[], span: Span, room: Room) {
  const terms = termsOf(context);
  const taken: Taken[] = [];
  for (const one of kept) {
    const what = `${one} log of cluster ${cluster}${terms.length > 0 ? `, what names ${few(terms)}` : ''}`;
    const group = `/aws/eks/${cluster}/cluster`;
    const wanted = { kind: 'kubernetes', what, group, streams: streams[one], terms, as: 'events' } as const;
    // What was done in the namespace of a workload is sealed by the step that records it.
    if (one === 'audit' && context.target.kind === 'eks-workload')
      taken.push(
        untaken(`audit log of cluster ${cluster}: of its namespace it is sealed by record-workload`, 'not there'),
      );
    else taken.push(await takeGroup(context, wanted, span, room));
  }
  return taken;
}

/** What was done in clusters, and who came in. */
export async function kubernetes(context: Context, span: Span, room: Room): Promise<Rows> {
  const client = context.session.client(EKSClient);
  const names = await clustersOf(context, client);
  if (names.length === 0)
    return { rows: [found('kubernetes', 'not enabled', 'no EKS cluster in this Region')], sealed: [] };
  const kept = await Promise.all(names.map((name) => keptBy(client, name)));
  const off = names.filter((_, at) => !kept[at]?.includes('audit'));
  const taken: Taken[] = [];
  for (const [at, name] of names.entries()) taken.push(...(await take(context, name, kept[at] ?? [], span, room)));
  if (taken.length === 0)
    return { rows: [found('kubernetes', 'not enabled', `no audit log of ${few(off)}`)], sealed: [] };
  if (off.length > 0) taken.push(untaken(`no audit log of ${few(off)}`, 'not there'));
  return rowOf('kubernetes', taken, span);
}

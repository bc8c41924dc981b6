import { DescribeClusterCommand, EKSClient, paginateListAccessEntries } from '@aws-sdk/client-eks';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Principal } from '../../../lib/domain/named.ts';
import { type Facts, type FactsReader, gone, orGone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { ourRoles } from '../cluster.ts';
import type { EksCluster } from './target.ts';

const typeOf: Partial<Record<Principal['kind'], string>> = {
  'iam-user': 'user',
  'role-session': 'role',
  'identity-center': 'role',
};

/** The entry of whoever the finding names: entries are of users and roles, by ARN, with the paths that findings leave out. */
export function entryOf(principal: Principal | null, entries: readonly string[], ours: readonly string[]) {
  const none = (because: string) => ({ entry: null, because });
  const type = principal && typeOf[principal.kind];
  if (!type || !principal?.name)
    return none(
      'the finding names no user and no role that came in: look for bindings to system:anonymous and system:unauthenticated',
    );
  const found = entries.find((one) => one.includes(`:${type}/`) && one.split('/').at(-1) === principal.name);
  if (!found)
    return none(
      `${type} ${principal.name} has no access entry: it came in by the ConfigMap aws-auth, or as the cluster's creator`,
    );
  if (ours.includes(found)) return none(`${found} is Tourniquet's own role: find out who uses it`);
  return { entry: found, because: '' };
}

async function readCluster(base: EksCluster, session: Session, { targets }: Finding): Promise<Facts<EksCluster>> {
  const eks = session.client(EKSClient);
  const { cluster } = (await eks.send(new DescribeClusterCommand({ name: base.id })).catch(orGone)) ?? {};
  if (!cluster) return gone(base, `the cluster ${base.id}`);
  const entries: string[] = [];
  for await (const { accessEntries = [] } of paginateListAccessEntries({ client: eks }, { clusterName: base.id }))
    entries.push(...accessEntries);
  const principal = targets.find((one) => one.principal)?.principal ?? null;
  return read({ ...base, tags: cluster.tags ?? {}, ...entryOf(principal, entries, ourRoles(base)) });
}

export const eksClusterFacts: FactsReader<EksCluster> = { read: readCluster };

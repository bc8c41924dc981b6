import { request } from 'node:https';
import {
  type Cluster,
  DescribeClusterCommand,
  EKSClient,
  paginateListAccessEntries,
  paginateListClusters,
} from '@aws-sdk/client-eks';
import { groupOf, kubernetesRoles } from '../../../lib/domain/kubernetes-access.ts';
import { type At, aws, type Check, list, ok, warn } from '../check.ts';
import { inAccount } from '../mends.ts';

/** What keeps Tourniquet out of a cluster, and the commands that let it in. */
export interface Trouble {
  readonly because: string;
  readonly mend: readonly string[];
}

/** What was read of a cluster. */
export interface Seen {
  readonly cluster: Cluster;
  /** Principals that have an access entry, by ARN. */
  readonly entries: readonly string[];
  /** Our roles there, by ARN, each with the group its entry is to have. */
  readonly roles: Readonly<Record<string, string>>;
  /** Why it did not answer from here; null where it did. */
  readonly silent: string | null;
}

/** From whichever address Lambda calls. */
const everywhere = '0.0.0.0/0';

/** In the order in which they are mended. */
export function troubleIn({ cluster, entries, roles, silent }: Seen): Trouble[] {
  const { name = '', accessConfig, resourcesVpcConfig: network } = cluster;
  const change = `eks update-cluster-config --name ${name}`;
  const missing = Object.entries(roles).filter(([role]) => !entries.includes(role));
  const admitted = network?.publicAccessCidrs ?? [everywhere];
  const found: (Trouble | false)[] = [
    accessConfig?.authenticationMode === 'CONFIG_MAP' && {
      because: `${name} takes no access entries: its authentication mode is CONFIG_MAP`,
      mend: [`${change} --access-config authenticationMode=API_AND_CONFIG_MAP`],
    },
    missing.length > 0 && {
      because: `${name} has no access entry for ${list(missing.map(([role]) => role))}`,
      mend: missing.map(
        ([role, group]) =>
          `eks create-access-entry --cluster-name ${name} --kubernetes-groups ${group} --principal-arn ${role}`,
      ),
    },
    network?.endpointPublicAccess === false && {
      because: `the endpoint of ${name} is private, and the functions are in no VPC`,
      mend: [`${change} --resources-vpc-config endpointPublicAccess=true`],
    },
    network?.endpointPublicAccess !== false &&
      !admitted.includes(everywhere) && {
        because: `the endpoint of ${name} admits ${list(admitted)} alone, and Lambda calls from other addresses`,
        mend: [`${change} --resources-vpc-config publicAccessCidrs=${everywhere}`],
      },
    network?.endpointPublicAccess !== false &&
      admitted.includes(everywhere) &&
      silent !== null && { because: `the endpoint of ${name} did not answer from here: ${silent}`, mend: [] },
  ];
  return found.filter((one) => one !== false);
}

/** Milliseconds; an API server answers in a fraction of it. */
const patience = 5_000;

/** Whether it answers, whatever it says: without credentials one is refused, which is an answer. */
function silence({ endpoint = '', certificateAuthority }: Cluster): Promise<string | null> {
  if (!endpoint.startsWith('https://')) return Promise.resolve('it has none yet');
  const ca = Buffer.from(certificateAuthority?.data ?? '', 'base64').toString('utf8');
  return new Promise((resolve) => {
    const asked = request(`${endpoint}/readyz`, { ca, timeout: patience }, (response) => {
      response.resume();
      resolve(null);
    });
    asked.on('timeout', () => asked.destroy(new Error(`nothing within ${patience / 1000} seconds`)));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

async function seenOf(at: At, name: string): Promise<Seen> {
  const eks = at.client(EKSClient);
  const { cluster = { name } } = await eks.send(new DescribeClusterCommand({ name }));
  const entries: string[] = [];
  // Where it takes none, asking for them is an error (EKS API reference, ListAccessEntries).
  if (cluster.accessConfig?.authenticationMode !== 'CONFIG_MAP')
    for await (const page of paginateListAccessEntries({ client: eks }, { clusterName: name }))
      entries.push(...(page.accessEntries ?? []));
  const { partition, config } = at.patient;
  const arnOf = (role: string): string =>
    `arn:${partition}:iam::${at.account}:role${config.rolePath}${config.name}-${role}`;
  const roles = Object.fromEntries(kubernetesRoles.map((role) => [arnOf(role), groupOf(role)]));
  return { cluster, entries, roles, silent: await silence(cluster) };
}

const open: Check = {
  id: 'clusters',
  about: 'region',
  title: 'Tourniquet gets into every EKS cluster',
  asks: ['eks:ListClusters', 'eks:DescribeCluster', 'eks:ListAccessEntries'],
  concerns: { role: 'contain', action: 'eks:DescribeCluster' },
  async run(at) {
    const names: string[] = [];
    for await (const { clusters: some = [] } of paginateListClusters({ client: at.client(EKSClient) }, {}))
      names.push(...some);
    if (names.length === 0) return ok('There is none');
    const found = (await Promise.all(names.map((name) => seenOf(at, name)))).flatMap(troubleIn);
    if (found.length === 0) return ok(`${names.length}, each with its access entries, and it answers`);
    const mends = found.flatMap(({ mend }) => mend.map((command) => aws(at.region, command)));
    const applied = '# and apply docs/kubernetes.yaml in each of them (docs/kubernetes.md)';
    return warn(list(found.map(({ because }) => because)), ...inAccount(at.account, at.patient, ...mends, applied));
  },
};

export const clusters: readonly Check[] = [open];

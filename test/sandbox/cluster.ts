/** An EKS cluster as the sandbox plays it, with what runs in it: shops that keep their orders in a database, a namespace each. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import {
  CreateAccessEntryCommand,
  CreateClusterCommand,
  CreatePodIdentityAssociationCommand,
  DescribeClusterCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { SignatureV4 } from '@smithy/signature-v4';
import { manifest } from '../../lambdas/eks/calls.ts';
import { groupOf, kubernetesRoles } from '../../lib/domain/kubernetes-access.ts';
import type { ClientOptions, Credentials } from './deployment.ts';
import { type Attempt, customers } from './estate.ts';
import type { Sandbox } from './sandbox.ts';

type Body = Readonly<Record<string, unknown>>;
type Client = <C>(Client: new (options: ClientOptions) => C, account: 'hub' | 'member') => C;

/** Where traffic goes: a pod, whatever a service leads to, or an address outside. */
export type Destination = { readonly port: number } & (
  | { readonly namespace: string; readonly service: string }
  | { readonly namespace: string; readonly pod: string }
  | { readonly ip: string }
);

export interface PlayedCluster {
  readonly name: string;
  /** A call as the cluster's master, past its RBAC; answers the object, and throws where the server refuses. */
  ask<T = Body>(method: string, path: string, body?: object): Promise<T>;
  reaches(from: { readonly namespace: string; readonly pod: string }, to: Destination): Promise<boolean>;
  /** Whether the CNI acts upon NetworkPolicies. */
  enforce(on: boolean): Promise<void>;
  writes(namespace: string, pod: string, text: string): Promise<void>;
  /** What the pod gets now of the role of its service account; null where that has none. */
  credentials(namespace: string, pod: string): Promise<Credentials | null>;
}

export function playedCluster(sandbox: Sandbox, name: string): PlayedCluster {
  const at = { account: sandbox.accounts.member, cluster: name };
  const ask = async <T>(method: string, path: string, body: object = {}): Promise<T> => {
    const sent = { ...at, method, path, body };
    const answer = await sandbox.post<{ status: number; body: T }>('/_sandbox/kubernetes', sent);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  return {
    name,
    ask,
    reaches: async (from, to) =>
      (await sandbox.post<{ reaches: boolean }>('/_sandbox/kubernetes-reach', { ...at, from, to })).reaches,
    enforce: async (on) => {
      const look = { ...at, method: 'GET', path: '/api/v1/nodes', enforces: on };
      await sandbox.post('/_sandbox/kubernetes', look);
    },
    credentials: async (namespace, pod) => {
      const asked = { ...at, namespace, pod };
      const got = await sandbox.post<Credentials | { none: string }>('/_sandbox/kubernetes-session', asked);
      return 'none' in got ? null : got;
    },
    writes: async (namespace, pod, text) => {
      await sandbox.post('/_sandbox/kubernetes-log', { ...at, namespace, pod, text });
    },
  };
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const plural: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
};

/** The VPC CNI with its agent, switched on or off. */
const awsNode = (on: boolean) => ({
  metadata: { name: 'aws-node' },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'aws-node' } },
    template: {
      metadata: { labels: { 'k8s-app': 'aws-node' } },
      spec: {
        containers: [
          { name: 'aws-node', image: 'cni' },
          { name: 'aws-eks-nodeagent', image: 'cni', args: [`--enable-network-policy=${on}`] },
        ],
      },
    },
  },
});

/** What an administrator does once: apply the manifest, and make an access entry for each of our roles. */
export async function letUsIn(sandbox: Sandbox, client: Client, played: PlayedCluster): Promise<void> {
  for (const object of manifest() as { kind: string }[])
    await played.ask('POST', `${rbac}/${plural[object.kind]}`, object);
  const eks = client(EKSClient, 'member');
  for (const role of kubernetesRoles) {
    const principalArn = `arn:aws:iam::${sandbox.accounts.member}:role/tourniquet-${role}`;
    const kubernetesGroups = [groupOf(role)];
    await eks.send(new CreateAccessEntryCommand({ clusterName: played.name, principalArn, kubernetesGroups }));
  }
}

/** A cluster with two nodes, whose CNI enforces policies. Where `hosts` names an instance for each, they say so as a node of EC2 does. */
export async function makeCluster(
  sandbox: Sandbox,
  client: Client,
  name = 'shop',
  hosts: readonly string[] = [],
): Promise<PlayedCluster> {
  const subnetIds = ['subnet-0a', 'subnet-0b'];
  const logging = { clusterLogging: [{ types: ['audit' as const], enabled: true }] };
  const trust = { Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await client(IAMClient, 'member').send(
    new CreateRoleCommand({ RoleName: `eks-${name}`, AssumeRolePolicyDocument }),
  );
  const cluster = {
    name,
    roleArn: Role?.Arn,
    resourcesVpcConfig: { subnetIds },
    logging,
    tags: { environment: 'shop' },
  };
  await client(EKSClient, 'member').send(new CreateClusterCommand(cluster));
  const played = playedCluster(sandbox, name);
  for (const [at, node] of ['ip-10-0-1-1', 'ip-10-0-2-2'].entries()) {
    const spec = hosts[at] ? { providerID: `aws:///eu-central-1a/${hosts[at]}` } : {};
    await played.ask('POST', '/api/v1/nodes', { metadata: { name: node }, spec });
  }
  await played.ask('POST', '/apis/apps/v1/namespaces/kube-system/daemonsets', awsNode(true));
  return played;
}

const labels = (app: string) => ({ app, team: 'orders' });

const deployment = (app: string, replicas: number) => ({
  metadata: { name: app },
  spec: {
    replicas,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: labels(app) },
      spec: {
        serviceAccountName: app,
        containers: [{ name: app, image: app, env: [{ name: 'KEY', value: 'not-for-eyes' }] }],
      },
    },
  },
});

type Identity = 'pod identity' | 'web identity';

/** Pods of the shop read the customers, by a role that all of them have: `cart` by web identity where it says so, the others by Pod Identity. */
async function letRead(client: Client, played: PlayedCluster, namespace: string, by: Identity): Promise<void> {
  const [iam, eks] = [client(IAMClient, 'member'), client(EKSClient, 'member')];
  const RoleName = `shop-${namespace}`;
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const Principal = { Service: 'pods.eks.amazonaws.com' };
  const trust = { Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'] };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, Path: '/pods/', AssumeRolePolicyDocument: policy(trust) }),
  );
  const rights = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: `${customers.arn}/*` });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read-customers', PolicyDocument: rights }));
  const associated = by === 'web identity' ? ['front'] : ['front', 'cart'];
  for (const serviceAccount of associated) {
    const tags = { team: 'orders' };
    const one = { clusterName: played.name, namespace, serviceAccount, roleArn: Role?.Arn, tags };
    await eks.send(new CreatePodIdentityAssociationCommand(one));
  }
  const annotations = { 'eks.amazonaws.com/role-arn': Role?.Arn };
  if (by === 'web identity')
    await played.ask('PATCH', `/api/v1/namespaces/${namespace}/serviceaccounts/cart`, { metadata: { annotations } });
}

/** Somebody associates the service account of the cart anew, with the same role and a tag of their own. */
export async function associateAnew(
  { client, sandbox }: { client: Client; sandbox: Sandbox },
  { name: clusterName }: PlayedCluster,
  namespace: string,
): Promise<void> {
  const roleArn = `arn:aws:iam::${sandbox.accounts.member}:role/pods/shop-${namespace}`;
  const one = { clusterName, namespace, serviceAccount: 'cart', roleArn, tags: { team: 'forensics' } };
  await client(EKSClient, 'member').send(new CreatePodIdentityAssociationCommand(one));
}

/** A namespace of its own: `cart`, which a thief is in, `front`, which is innocent, and the database that both use. */
export async function makeShop(client: Client, played: PlayedCluster, by: Identity = 'pod identity'): Promise<string> {
  const namespace = `web-${randomBytes(3).toString('hex')}`;
  await played.ask('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const within = `/api/v1/namespaces/${namespace}`;
  for (const [app, replicas] of [
    ['db', 1],
    ['front', 1],
    ['cart', 2],
  ] as const) {
    await played.ask('POST', `${within}/serviceaccounts`, { metadata: { name: app } });
    await played.ask('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(app, replicas));
    const service = { metadata: { name: app }, spec: { selector: { app }, ports: [{ port: 80 }] } };
    await played.ask('POST', `${within}/services`, service);
  }
  await letRead(client, played, namespace, by);
  return namespace;
}

export interface PodSeen {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase?: string };
}

export const podsIn = async (played: PlayedCluster, namespace: string): Promise<readonly PodSeen[]> =>
  (await played.ask<{ items: PodSeen[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).items;

/** What GuardDuty says of a pod, or of the workload that it names in its place (GuardDuty user guide, "Runtime Monitoring finding types"). */
export function workloadFinding(
  { accounts, region }: Pick<Sandbox, 'accounts' | 'region'>,
  cluster: string,
  { namespace, name, type = 'pods' }: { readonly namespace: string; readonly name: string; readonly type?: string },
) {
  const id = randomBytes(16).toString('hex');
  const now = new Date().toISOString();
  return {
    schemaVersion: '2.0',
    accountId: accounts.member,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${accounts.member}:detector/${'d'.repeat(32)}/finding/${id}`,
    type: 'CryptoCurrency:Runtime/BitcoinTool.B',
    severity: 8,
    createdAt: now,
    updatedAt: now,
    title: `The workload ${name} talks to a Bitcoin mining pool.`,
    description: `A container of ${namespace}/${name} queries an address associated with Bitcoin mining.`,
    resource: {
      resourceType: 'EKSCluster',
      eksClusterDetails: { name: cluster, arn: `arn:aws:eks:${region}:${accounts.member}:cluster/${cluster}` },
      kubernetesDetails: { kubernetesWorkloadDetails: { name, namespace, type } },
    },
    service: {
      serviceName: 'guardduty',
      archived: false,
      count: 1,
      eventFirstSeen: now,
      eventLastSeen: now,
      resourceRole: 'TARGET',
      additionalInfo: { sample: false },
    },
  };
}

/** What GuardDuty says of a session of a role that called a cluster's API (GuardDuty user guide, "EKS Protection finding types"). */
export function clusterFinding(
  { accounts, region }: Pick<Sandbox, 'accounts' | 'region'>,
  cluster: string,
  role: string,
) {
  const { resource, ...rest } = workloadFinding({ accounts, region }, cluster, { namespace: 'any', name: 'any' });
  const { eksClusterDetails } = resource;
  return {
    ...rest,
    type: 'CredentialAccess:Kubernetes/MaliciousIPCaller',
    title: `Secrets of cluster ${cluster} were read from a listed address.`,
    description: `A session of ${role} called the API of ${cluster} from 198.51.100.7.`,
    resource: {
      resourceType: 'EKSCluster',
      eksClusterDetails,
      accessKeyDetails: { accessKeyId: '', principalId: 'AROAEXAMPLE:thief', userName: role, userType: 'AssumedRole' },
    },
  };
}

/** A token as `aws eks get-token` makes it, by whoever has these credentials. */
async function tokenOf(region: string, cluster: string, credentials: Credentials): Promise<string> {
  const hostname = `sts.${region}.amazonaws.com`;
  const { sha256 } = new EKSClient({ region, credentials }).config;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    { expiresIn: 60 },
  );
  const url = `https://${hostname}/?${new URLSearchParams(query as Record<string, string>)}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

/** Somebody with a session of a role lists the nodes: by TLS, with a token of their own. */
export async function tokenBearer(sandbox: Sandbox, name: string, role: string): Promise<Attempt> {
  const { accounts, region, endpoint } = sandbox;
  const root = { accessKeyId: accounts.member, secretAccessKey: 'test' };
  const { cluster } = await new EKSClient({ endpoint, region, credentials: root }).send(
    new DescribeClusterCommand({ name }),
  );
  const session = { account: accounts.member, role, session: 'thief' };
  const credentials = await sandbox.post<Credentials>('/_sandbox/role-session', session);
  const token = await tokenOf(region, name, credentials);
  const ca = Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64');
  const headers = { authorization: `Bearer ${token}` };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${cluster?.endpoint}/api/v1/nodes`, { headers, ca, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    })
      .on('error', reject)
      .end();
  });
  if (status === 200) return 'allowed';
  if (status === 401 || status === 403) return 'denied';
  throw new Error(`The API server of ${name} answered ${status}.`);
}

import {
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Session } from '../../runtime/session.ts';
import type { CallName } from '../calls.ts';
import type { ApiServer, Asking } from '../kubernetes.ts';
import { workloadFacts } from './facts.ts';
import { eksWorkload, refusals } from './target.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const roles = ['read-evidence', 'contain', 'release'].map((one) => `arn:aws:iam::111122223333:role/tourniquet-${one}`);
const certificateAuthority = { data: Buffer.from('PEM').toString('base64') };
const cluster = { name: 'shop', endpoint: 'https://shop.example', certificateAuthority, tags: { team: 'web' } };

const meta = (name: string, more: object = {}) => ({ name, uid: `uid-${name}`, resourceVersion: '1', ...more });
const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });
const pod = (name: string, container: string) => ({
  metadata: meta(name, owned('ReplicaSet', 'cart-7f6b')),
  spec: { nodeName: 'n1', serviceAccountName: 'cart', containers: [{ name: 'cart' }] },
  status: { containerStatuses: [{ name: 'cart', containerID: `containerd://${container}` }] },
});
const replicaSet = { metadata: meta('cart-7f6b', owned('Deployment', 'cart')), spec: { replicas: 2 } };
const deployment = {
  metadata: meta('cart'),
  spec: { replicas: 2, selector: { matchLabels: { app: 'cart' } } },
};
const awsNode = (args: string[]) => ({
  metadata: meta('aws-node'),
  spec: { template: { spec: { containers: [{ name: 'aws-eks-nodeagent', args }] } } },
});

type Objects = Readonly<Record<string, object>>;
const usual: Objects = {
  'getPod cart-1': pod('cart-1', 'c1'),
  'getReplicaSet cart-7f6b': replicaSet,
  'getDeployment cart': deployment,
  'listPods app=cart': { items: [pod('cart-1', 'c1'), pod('cart-2', 'c2')] },
  'getDaemonSet aws-node': awsNode(['--enable-network-policy=true']),
  'getNode n1': { metadata: meta('n1'), spec: { providerID: 'aws:///eu-central-1a/i-0123456789abcdef0' } },
};

interface World {
  readonly cluster?: object;
  readonly objects?: Objects;
  readonly entries?: readonly string[];
  readonly failing?: Error;
  readonly association?: object;
}

/** What EKS and the API server answer. */
function sessionIn({ cluster: more = {}, objects = usual, entries = roles, failing, association }: World): Session {
  const eks = new EKSClient({ region: 'eu-central-1' });
  vi.spyOn(eks, 'send').mockImplementation(async (command: object) => {
    if (command instanceof DescribeClusterCommand) return { cluster: { ...cluster, ...more } };
    if (command instanceof ListAccessEntriesCommand) return { accessEntries: [...entries] };
    if (command instanceof ListPodIdentityAssociationsCommand)
      return { associations: association ? [{ associationId: 'a-1', serviceAccount: 'cart' }] : [] };
    if (command instanceof DescribePodIdentityAssociationCommand) return { association };
    throw new Error('not asked');
  });
  const send = async (_: ApiServer, call: CallName, { name, query }: Asking) => {
    if (failing) throw failing;
    const found = objects[`${call} ${name ?? query?.labelSelector}`];
    if (!found) throw Object.assign(new Error('not found'), { name: 'NotFound' });
    return JSON.stringify(found);
  };
  return { client: (Client) => (Client.name === 'EKSClient' ? eks : { send }) } as Session;
}

function facts(world: World, name = 'cart-1', container: string | null = null) {
  const sight = { place, now: '2026-11-30T03:00:00.000Z', since: null };
  const base = eksWorkload.from(named('eks-workload', `web/${name}`, place, { inside: 'shop' }), sight);
  if (!base) throw new Error('no workload');
  const targets = container ? [named('container', container, place)] : [];
  return workloadFacts.read(base, sessionIn(world), { targets } as unknown as Finding);
}

beforeAll(() => {
  vi.stubEnv('TOURNIQUET_NAME', 'tourniquet');
  vi.stubEnv('TOURNIQUET_ROLE_PATH', '/');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe('the facts of a workload', () => {
  it('are a pod, its Deployment, and what enforces policies', async () => {
    const { target, known } = await facts({});
    expect(known).toBe('read');
    expect(target).toMatchObject({
      pods: [{ name: 'cart-1', node: 'n1', owner: { kind: 'ReplicaSet', name: 'cart-7f6b' } }],
      owner: { kind: 'Deployment', name: 'cart' },
      hosts: ['i-0123456789abcdef0'],
      enforcer: 'vpc-cni',
      unreachable: null,
      tags: { team: 'web' },
    });
  });

  it.each<[string, object | null]>([
    ['a hybrid node', { providerID: 'eks-hybrid:///eu-central-1/shop/mi-0123456789abcdef0' }],
    ['one that nobody knows of', {}],
    ['one that has gone', null],
  ])('name no instance of %s', async (_, spec) => {
    const { 'getNode n1': __, ...rest } = usual;
    const objects = spec ? { ...rest, 'getNode n1': { metadata: meta('n1'), spec } } : rest;
    expect((await facts({ objects })).target).toMatchObject({ hosts: [], unreachable: null });
  });

  it('of a Deployment are all its pods, or the one whose container the finding names', async () => {
    const names = async (container: string | null) =>
      (await facts({}, 'cart', container)).target.pods.map(({ name }) => name);
    expect(await names(null)).toEqual(['cart-1', 'cart-2']);
    expect(await names('c2')).toEqual(['cart-2']);
    expect(await names('of-yesterday')).toEqual(['cart-1', 'cart-2']);
  });

  it('say that it is gone', async () => {
    expect(await facts({}, 'nobody')).toMatchObject({
      known: 'gone',
      because: expect.stringMatching(/web\/nobody in cluster shop/),
    });
  });

  it.each<[string, Objects, object, string | null]>([
    ['the VPC CNI, switched off', { 'getDaemonSet aws-node': awsNode(['--enable-network-policy=false']) }, {}, null],
    [
      'Calico beside it',
      { 'getDaemonSet calico-node': awsNode([]), 'getDaemonSet aws-node': awsNode([]) },
      {},
      'calico',
    ],
    ['Cilium', { 'getDaemonSet cilium': awsNode([]) }, {}, 'cilium'],
    ['Auto Mode, switched off', {}, { computeConfig: { enabled: true } }, null],
    [
      'Auto Mode, switched on',
      { 'getConfigMap amazon-vpc-cni': { data: { 'enable-network-policy-controller': 'true' } } },
      { computeConfig: { enabled: true } },
      'auto-mode',
    ],
  ])('know %s', async (_, objects, more, enforcer) => {
    const { 'getDaemonSet aws-node': __, ...rest } = usual;
    const { target } = await facts({ objects: { ...rest, ...objects }, cluster: more });
    expect(target.enforcer).toBe(enforcer);
  });
});

describe('whose credentials the pods get', () => {
  const elsewhere = 'arn:aws:iam::444455556666:role/cart';
  const account = (annotations: object) => ({
    ...usual,
    'getServiceAccount cart': { metadata: meta('cart', { annotations }) },
  });
  const annotated = account({ 'eks.amazonaws.com/role-arn': elsewhere });
  const identity = async (world: World) => (await facts(world)).target.identity;

  it('is the role of the association, or of the annotation', async () => {
    expect(await identity({})).toBeNull();
    expect(await identity({ association: { roleArn: elsewhere } })).toMatchObject({
      role: elsewhere,
      through: 'pod identity',
    });
    const oidc = { issuer: 'https://oidc.example/id/1' };
    expect(await identity({ objects: annotated, cluster: { identity: { oidc } } })).toEqual({
      role: elsewhere,
      through: 'web identity',
      issuer: 'oidc.example/id/1',
    });
  });

  it('is nobody’s to say where both name one, and of sessions without tags not whose they are', async () => {
    expect(await identity({ objects: annotated, association: { roleArn: `${elsewhere}-2` } })).toBeNull();
    expect(await identity({ association: { roleArn: elsewhere, disableSessionTags: true } })).toMatchObject({
      through: 'untagged',
    });
    expect(await identity({ association: { roleArn: 'x', targetRoleArn: elsewhere } })).toMatchObject({
      role: elsewhere,
      through: 'untagged',
    });
  });
});

describe('what keeps us out', () => {
  const because = async (world: World) => refusals((await facts(world)).target)?.because;

  it('is a private endpoint', async () => {
    expect(await because({ cluster: { resourcesVpcConfig: { endpointPublicAccess: false } } })).toMatch(/is private/);
  });

  it('is an access entry that any of our roles lacks, by its ARN', async () => {
    expect(await because({ entries: roles.slice(0, 2) })).toMatch(
      /no access entry for .*tourniquet-release: create it/,
    );
  });

  it('is what the server says, and a server that does not answer twice', async () => {
    expect(await because({ failing: new Refused('Our role may not get pods') })).toBe('Our role may not get pods');
    const silent = Object.assign(new Error('did not answer'), { code: 'ETIMEDOUT' });
    expect(await because({ failing: silent })).toMatch(/did not answer/);
  });
});

/** The API server that the sandbox plays, spoken to as the functions speak to it; and who reaches whom under NetworkPolicies. */
import { request } from 'node:https';
import { CreateAccessEntryCommand, DeleteAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { kubernetesCalls, rulesOf } from '../../lambdas/eks/calls.ts';
import { type Api, connect } from '../../lambdas/eks/cluster.ts';
import { mergePatch, PodObject, Whole } from '../../lambdas/eks/objects.ts';
import { denyAll, policyName, quarantineLabel } from '../../lambdas/eks/quarantine-pod/plan.ts';
import { clientsFor, type RecordedCall } from '../../lambdas/runtime/clients.ts';
import type { Session } from '../../lambdas/runtime/session.ts';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import { groupOf } from '../../lib/domain/kubernetes-access.ts';
import { letUsIn, makeCluster, makeShop, type PlayedCluster, podsIn } from './cluster.ts';
import type { ClientOptions, Credentials } from './deployment.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let played: PlayedCluster;
let namespace: string;
const calls: RecordedCall[] = [];

const client = <C>(Client: new (options: ClientOptions) => C, account: 'hub' | 'member'): C => {
  const { endpoint, region, accounts } = sandbox;
  const credentials = { accessKeyId: accounts[account], secretAccessKey: 'test' };
  return new Client({ endpoint, region, credentials, maxAttempts: 1 } as ClientOptions);
};

/** The API as a session of a role sees it. */
async function as(role: string): Promise<Api> {
  const { accounts, region } = sandbox;
  const body = { account: accounts.member, role, session: 'run-1' };
  const credentials = await sandbox.post<Credentials>('/_sandbox/role-session', body);
  const make = clientsFor(calls, 1);
  const session: Session = { client: (Client) => make(Client, { region, credentials }) };
  return connect({ partition: 'aws', account: accounts.member, region, cluster: 'shop' }, session);
}

const role = (RoleName: string) =>
  client(IAMClient, 'member').send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );

beforeAll(async () => {
  sandbox = await startSandbox();
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.endpoint);
  vi.stubEnv('TOURNIQUET_NAME', 'tourniquet');
  vi.stubEnv('TOURNIQUET_ROLE_PATH', '/');
  for (const name of ['read-evidence', 'contain', 'release']) await role(`tourniquet-${name}`);
  await role('nobody');
  played = await makeCluster(sandbox, client);
  await letUsIn(sandbox, client, played);
  namespace = await makeShop(client, played);
  await soon(async () => expect(await running()).toHaveLength(4));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox?.stop();
});

/** The real server's controllers take their time; the stand-in's have done it by then. */
const soon = (holds: () => Promise<void>) => vi.waitFor(holds, { timeout: 30_000, interval: 100 });

const running = async () => (await podsIn(played, namespace)).filter(({ status }) => status.phase === 'Running');

const pods = async () => (await podsIn(played, namespace)).filter(({ metadata }) => metadata.labels?.app === 'cart');
const first = async () => {
  const [pod] = await pods();
  if (!pod) throw new Error('no pod');
  return pod;
};

describe('who comes in', () => {
  test('a role with an access entry may what its group may, and the call is on the record with the id of the audit log', async () => {
    const api = await as('tourniquet-read-evidence');
    const { name } = (await first()).metadata;
    expect((await api.read(PodObject, 'getPod', { namespace, name })).metadata.name).toBe(name);
    expect(calls.at(-1)).toMatchObject({
      call: 'Kubernetes.GetPod',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const recorded = await sandbox.get<{ action: string; principal: string }[]>('/_sandbox/calls');
    expect(recorded.at(-1)).toMatchObject({
      action: 'kubernetes:GetPods',
      principal: expect.stringMatching(/tourniquet-read-evidence\/run-1$/),
    });
    await expect(api.send('patchPod', { namespace, name, body: { metadata: { labels: {} } } })).rejects.toThrow(
      /may not patch pods in cluster shop/,
    );
  });

  test('nobody is let in without an entry, and the refusal says whose is missing', async () => {
    const api = await as('nobody');
    const asked = api.send('listPods', { namespace });
    await expect(asked).rejects.toThrow(Refused);
    await expect(asked).rejects.toThrow(/has no access entry .*role\/tourniquet-contain/);
    // With an entry and no right it is another answer.
    const eks = client(EKSClient, 'member');
    const entry = { clusterName: 'shop', principalArn: `arn:aws:iam::${sandbox.accounts.member}:role/nobody` };
    await eks.send(new CreateAccessEntryCommand(entry));
    await expect(api.send('listPods', { namespace })).rejects.toThrow(/may not list pods/);
    await eks.send(new DeleteAccessEntryCommand(entry));
    await expect(api.send('listPods', { namespace })).rejects.toThrow(/has no access entry/);
  });

  test('a token is one cluster’s, and its certificate is of the cluster’s own authority', async () => {
    await makeCluster(sandbox, client, 'other');
    const api = await as('tourniquet-contain');
    const { endpoint = '' } = api.cluster;
    const plainly = (headers: object) =>
      new Promise((resolve, reject) => {
        const ca = Buffer.from(api.cluster.certificateAuthority?.data ?? '', 'base64');
        request(`${endpoint}/api/v1/nodes`, { headers: { ...headers }, ca }, ({ statusCode }) => resolve(statusCode))
          .on('error', reject)
          .end();
      });
    expect(await plainly({})).toBe(401);
    expect(await plainly({ authorization: 'Bearer k8s-aws-v1.bm90aGluZw' })).toBe(401);
    const untrusted = new Promise((resolve, reject) => {
      request(`${endpoint}/api/v1/nodes`, resolve).on('error', reject).end();
    });
    await expect(untrusted).rejects.toThrow(/certificate/);
  });

  test('what the manifest gives is no more than the calls take: no Secret, no exec, and no role has it all', () => {
    const config = rulesOf('read-evidence').find(({ resources }) => resources.includes('configmaps'));
    expect(config).toMatchObject({ resourceNames: ['amazon-vpc-cni'], verbs: ['get'] });
    expect(rulesOf('contain').flatMap(({ verbs }) => verbs)).not.toContain('delete');
    expect(Object.values(kubernetesCalls).some(({ resource }) => /secrets|exec/.test(resource))).toBe(false);
    expect(groupOf('contain')).toBe('tourniquet:contain');
  });
});

describe('objects', () => {
  test('a patch holds to version and uid, and one that changes nothing makes no version', async () => {
    const api = await as('tourniquet-contain');
    const { name, uid } = (await first()).metadata;
    const read = () => api.read(PodObject, 'getPod', { namespace, name });
    const patch = (metadata: object) => api.send('patchPod', { namespace, name, body: { metadata } });
    const { resourceVersion, labels } = (await read()).metadata;
    await patch({ labels });
    expect((await read()).metadata.resourceVersion).toBe(resourceVersion);
    await patch({ resourceVersion, uid, labels: { seen: 'yes' } });
    await expect(patch({ resourceVersion, labels: { seen: 'no' } })).rejects.toThrow(Transient);
    await expect(patch({ uid: 'another', labels: { seen: 'no' } })).rejects.toMatchObject({ name: 'Invalid' });
    await patch({ labels: { seen: null } });
    expect((await read()).metadata.labels).toEqual(labels);
  });

  test('what is gone, there already or not played says so', async () => {
    const api = await as('tourniquet-contain');
    expect(await api.find(Whole, 'getPod', { namespace, name: 'nobody' })).toBeNull();
    const body = { metadata: { name: 'twice' }, spec: { podSelector: {} } };
    await api.send('createNetworkPolicy', { namespace, body });
    await expect(api.send('createNetworkPolicy', { namespace, body })).rejects.toMatchObject({ name: 'AlreadyExists' });
    await played.ask('DELETE', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/twice`);
    await expect(played.ask('GET', '/apis/example.com/v1/things')).rejects.toThrow(/does not play/);
  });

  test('a list takes selectors', async () => {
    const api = await as('tourniquet-read-evidence');
    const list = async (labelSelector: string) => {
      const { items } = JSON.parse(await api.send('listPods', { namespace, query: { labelSelector } }));
      return items.length;
    };
    expect(await list('app=cart')).toBe(2);
    expect(await list('app in (cart, db),team')).toBe(3);
    expect(await list('app notin (cart),!missing')).toBe(2);
    expect(await list('app!=cart')).toBe(2);
  });
});

describe('a pod in quarantine', () => {
  const policies = () => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const to = (service: string) => ({ namespace, service, port: 80 });

  test('reached the database before, cannot meanwhile, and can afterwards; the innocent always can', async () => {
    const { name, uid, labels = {} } = (await first()).metadata;
    const innocent = (await podsIn(played, namespace)).find(({ metadata }) => metadata.labels?.app === 'front');
    const thief = { namespace, pod: name };
    const front = { namespace, pod: innocent?.metadata.name ?? '' };
    const all = async () => ({
      database: await played.reaches(thief, to('db')),
      outside: await played.reaches(thief, { ip: '203.0.113.9', port: 443 }),
      served: await played.reaches(front, { namespace, pod: name, port: 80 }),
      innocent: (await played.reaches(front, to('db'))) && (await played.reaches(front, to('cart'))),
    });
    const open = { database: true, outside: true, served: true, innocent: true };
    expect(await all()).toEqual(open);

    const relabel = (from: object, meant: object) =>
      played.ask('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}`, {
        metadata: { labels: mergePatch(from, meant) },
      });
    await played.ask('POST', policies(), { metadata: { name: policyName({ uid }) }, spec: denyAll({ uid }) });
    await relabel(labels, { [quarantineLabel]: uid });
    await soon(async () =>
      expect(await all()).toEqual({ database: false, outside: false, served: false, innocent: true }),
    );
    // It left its owner, which made another one.
    expect((await pods()).map(({ metadata }) => metadata.name)).not.toContain(name);
    await soon(async () => expect(await pods()).toHaveLength(2));

    // A CNI that takes no notice of policies lets everything through.
    await played.enforce(false);
    expect((await all()).database).toBe(true);
    await played.enforce(true);

    // Policies add up: one that selects every pod goes on to allow what it allows.
    await played.ask('POST', policies(), {
      metadata: { name: 'web-for-all' },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] },
    });
    expect(await all()).toMatchObject({ outside: true, database: false });
    await played.ask('DELETE', `${policies()}/web-for-all`);

    await relabel({ [quarantineLabel]: uid }, labels);
    await played.ask('DELETE', `${policies()}/${policyName({ uid })}`);
    await soon(async () => expect(await all()).toEqual(open));
    await soon(async () => expect(await pods()).toHaveLength(2));
    expect((await pods()).map(({ metadata }) => metadata.name)).toContain(name);
  });

  test('on the network of its node, or let in by a peer, it is as Kubernetes says', async () => {
    const within = `/api/v1/namespaces/${namespace}/pods`;
    const on = (name: string, hostNetwork: boolean) => ({
      metadata: { name, labels: { role: name } },
      spec: { nodeName: 'ip-10-0-1-1', hostNetwork, containers: [{ name: 'it', image: 'it' }] },
    });
    await played.ask('POST', within, on('host', true));
    await played.ask('POST', within, on('plain', false));
    await soon(async () => expect(await running()).toHaveLength(6));
    const deny = { podSelector: { matchLabels: { role: 'host' } }, policyTypes: ['Egress'] };
    await played.ask('POST', policies(), { metadata: { name: 'host' }, spec: deny });
    expect(await played.reaches({ namespace, pod: 'host' }, to('db'))).toBe(true);
    const spec = {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [
        { from: [{ namespaceSelector: {}, podSelector: { matchLabels: { role: 'plain' } } }], ports: [{ port: 80 }] },
      ],
    };
    await played.ask('POST', policies(), { metadata: { name: 'db' }, spec });
    expect(await played.reaches({ namespace, pod: 'plain' }, to('db'))).toBe(true);
    expect(await played.reaches({ namespace, pod: 'plain' }, { ...to('db'), port: 81 })).toBe(false);
    expect(await played.reaches({ namespace, pod: 'host' }, to('db'))).toBe(false);
  });
});

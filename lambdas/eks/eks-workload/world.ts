import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { inlineOf, type Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Attempts, World } from '../../../test/contract/worlds.ts';
import {
  letUsIn,
  makeCluster,
  makeShop,
  type PlayedCluster,
  type PodSeen,
  playedCluster,
  podsIn,
  workloadFinding,
} from '../../../test/sandbox/cluster.ts';
import { type Credentials, clients } from '../../../test/sandbox/deployment.ts';
import { type Attempt, launch, tryTheft } from '../../../test/sandbox/estate.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import type { Sandbox } from '../../../test/sandbox/sandbox.ts';
import type { Workload } from './target.ts';

const alone = { scaling: 'on its own' } as const;

/** One cluster serves all: each subject has a namespace of its own. */
const made = new WeakMap<Sandbox, Promise<PlayedCluster>>();

async function cluster({ deployment, estate }: Ground): Promise<PlayedCluster> {
  const { sandbox, client } = deployment;
  const hosts = [await launch(deployment, estate, alone), await launch(deployment, estate, alone)];
  const played = await makeCluster(sandbox, client, 'shop', hosts);
  await letUsIn(sandbox, client, played);
  return played;
}

/** A finding about a Deployment of two pods, which both use a database; another Deployment beside it is innocent. */
async function aboutDeployment(ground: Ground): Promise<Finding> {
  const { deployment } = ground;
  const { sandbox } = deployment;
  const known = made.get(sandbox) ?? cluster(ground);
  made.set(sandbox, known);
  const namespace = await makeShop(deployment.client, await known);
  return readBack(workloadFinding(sandbox, 'shop', { namespace, name: 'cart', type: 'deployments' }));
}

const at = ({ sandbox }: Stage, { cluster: name }: Workload): PlayedCluster => playedCluster(sandbox, name);

interface Listed {
  readonly items: readonly {
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly spec: Readonly<Record<string, unknown>>;
  }[];
}

/** By what they are for; EKS gives one that is made again another id. */
async function associationsIn(stage: Stage, { cluster: clusterName, namespace }: Workload): Promise<string[]> {
  const eks = stage.client(EKSClient, 'member');
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName, namespace }));
  const read = associations.map(async ({ associationId }) => {
    const asked = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
    const { serviceAccount, roleArn, tags, policy, disableSessionTags } = (await eks.send(asked)).association ?? {};
    return JSON.stringify({ serviceAccount, roleArn, tags, policy, disableSessionTags });
  });
  return (await Promise.all(read)).toSorted();
}

const appOf = ({ metadata }: PodSeen): string | undefined => metadata.labels?.app;

/** By labels and by whom they reach: Kubernetes names new pods by chance. */
async function look(stage: Stage, target: Workload): Promise<Picture> {
  const played = at(stage, target);
  const { namespace } = target;
  const [inline, associations, pods, policies, nodes, deployments] = await Promise.all([
    inlineOf(stage, target.role?.name ?? ''),
    associationsIn(stage, target),
    podsIn(played, namespace),
    played.ask<Listed>('GET', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`),
    played.ask<Listed>('GET', '/api/v1/nodes'),
    played.ask<Listed>('GET', `/apis/apps/v1/namespaces/${namespace}/deployments`),
  ]);
  const front = pods.find((pod) => appOf(pod) === 'front')?.metadata.name ?? '';
  const seen = pods.map(async (pod) => {
    const from = { namespace, pod: pod.metadata.name };
    const reaches = (service: string) => played.reaches(from, { namespace, service, port: 80 });
    const served = played.reaches({ namespace, pod: front }, { namespace, pod: pod.metadata.name, port: 80 });
    const outside = played.reaches(from, { ip: '203.0.113.9', port: 443 });
    const [database, shown, world] = await Promise.all([reaches('db'), served, outside]);
    return { labels: pod.metadata.labels ?? {}, database, shown, world };
  });
  return {
    inline,
    associations,
    pods: (await Promise.all(seen)).map((one) => JSON.stringify(one)).toSorted(),
    policies: policies.items.map(({ metadata, spec }) => [metadata.name, spec]),
    nodes: nodes.items.map(({ metadata, spec = {} }) => [
      metadata.name,
      metadata.annotations ?? {},
      spec.unschedulable ?? false,
    ]),
    replicas: deployments.items.map(({ metadata, spec }) => [metadata.name, spec.replicas]),
  };
}

/** Somebody associates the service account anew, or otherwise. */
async function associate(stage: Stage, { cluster: clusterName, namespace, role }: Workload): Promise<void> {
  const eks = stage.client(EKSClient, 'member');
  const which = { clusterName, namespace, serviceAccount: 'cart' };
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand(which));
  for (const { associationId } of associations)
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  const theirs = { ...which, roleArn: role?.arn, tags: { team: 'forensics' } };
  await eks.send(new CreatePodIdentityAssociationCommand(theirs));
}

const patch = (played: PlayedCluster, path: string, body: object) => played.ask('PATCH', path, body);

/** Somebody else's work: a label more, a policy that lets something out, another association, another count of pods, a node that may be taken away. */
async function meddle(stage: Stage, target: Workload): Promise<void> {
  const played = at(stage, target);
  const { namespace, pods } = target;
  const live = await podsIn(played, namespace);
  for (const { name } of pods.filter((pod) => live.some(({ metadata }) => metadata.uid === pod.uid)))
    await patch(played, `/api/v1/namespaces/${namespace}/pods/${name}`, {
      metadata: { labels: { team: 'forensics' } },
    });
  const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  for (const { metadata } of (await played.ask<Listed>('GET', policies)).items)
    await patch(played, `${policies}/${metadata.name}`, { spec: { egress: [{ ports: [{ port: 53 }] }] } });
  await patch(played, `/apis/apps/v1/namespaces/${namespace}/deployments/cart`, { spec: { replicas: 3 } });
  await associate(stage, target);
  const annotations = { 'karpenter.sh/do-not-disrupt': 'false' };
  for (const { node } of pods) if (node) await patch(played, `/api/v1/nodes/${node}`, { metadata: { annotations } });
}

/** Nodes are everybody's: what a test leaves on them would be the next one's before-state. */
async function clear(stage: Stage): Promise<void> {
  if (!made.has(stage.sandbox)) return;
  const played = playedCluster(stage.sandbox, 'shop');
  const { items } = await played.ask<Listed>('GET', '/api/v1/nodes');
  for (const { metadata } of items)
    await patch(played, `/api/v1/nodes/${metadata.name}`, {
      metadata: { annotations: null },
      spec: { unschedulable: null },
    });
}

/** What a thief took away of a pod's credentials the first time they tried, by the pod's workload. */
const copies = new Map<string, Credentials>();

/** The thief in the pods we hold, or in those that came after them, and the innocent one, each to the database. */
async function tryIt(stage: Stage, target: Workload): Promise<Attempts> {
  const played = at(stage, target);
  const { namespace } = target;
  const database = { namespace, service: 'db', port: 80 };
  const pods = await podsIn(played, namespace);
  const reach = async (some: readonly PodSeen[]) => {
    const all = some.map(({ metadata }) => played.reaches({ namespace, pod: metadata.name }, database));
    return (await Promise.all(all)).some((one) => one) ? 'allowed' : 'denied';
  };
  const held = new Set(target.pods.map(({ uid }) => uid));
  const own = pods.filter(({ metadata }) => held.has(metadata.uid));
  const owners = pods.filter((pod) => appOf(pod) === 'cart');
  const [thief, replacement, innocent] = await Promise.all([
    reach(own.length > 0 ? own : owners),
    reach(owners),
    reach(pods.filter((pod) => appOf(pod) === 'front')),
  ]);
  const stealing = { client: clients(stage.sandbox) };
  const theft = async ([pod]: readonly PodSeen[]): Promise<Attempt> => {
    if (!pod) return 'denied';
    const credentials = await played.credentials(namespace, pod.metadata.name);
    if (credentials && !copies.has(target.id) && appOf(pod) === 'cart') copies.set(target.id, credentials);
    return credentials ? tryTheft(stealing, credentials) : 'denied';
  };
  const front = pods.filter((pod) => appOf(pod) === 'front');
  const [stolen, sister] = await Promise.all([theft(own.length > 0 ? own : owners), theft(front)]);
  const copy = copies.get(target.id);
  return {
    thief,
    'a pod of the owner': replacement,
    innocent,
    'the thief with its role': stolen,
    'the thief with a copy of its credentials': copy ? await tryTheft(stealing, copy) : 'denied',
    'the innocent with the same role': sister,
  };
}

const open = {
  thief: 'allowed',
  'a pod of the owner': 'allowed',
  innocent: 'allowed',
  'the thief with its role': 'allowed',
  'the thief with a copy of its credentials': 'allowed',
  'the innocent with the same role': 'allowed',
} as const;

export const world: World<Workload> = {
  shapes: { 'a Deployment': aboutDeployment },
  look,
  meddle,
  clear,
  trial: {
    try: tryIt,
    before: open,
    held: {
      'quarantine-pod': { ...open, thief: 'denied' },
      // What is paused runs nowhere; what a thief took away of its credentials stays valid, and is another lever's.
      'pause-workload': {
        ...open,
        thief: 'denied',
        'a pod of the owner': 'denied',
        'the thief with its role': 'denied',
      },
      'deny-session': {
        ...open,
        'the thief with its role': 'denied',
        'the thief with a copy of its credentials': 'denied',
      },
      // Who asks anew gets none; what was taken away before is the session deny's.
      'detach-pod-identity': { ...open, 'the thief with its role': 'denied' },
    },
  },
};

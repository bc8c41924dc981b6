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
import { clients } from '../../../test/sandbox/deployment.ts';
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

const appOf = ({ metadata }: PodSeen): string | undefined => metadata.labels?.app;

/** By labels and by whom they reach: Kubernetes names new pods by chance. */
async function look(stage: Stage, target: Workload): Promise<Picture> {
  const played = at(stage, target);
  const { namespace } = target;
  const [inline, pods, policies, nodes, deployments] = await Promise.all([
    inlineOf(stage, target.role?.name ?? ''),
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

const patch = (played: PlayedCluster, path: string, body: object) => played.ask('PATCH', path, body);

/** Somebody else's work: a label more, a policy that lets something out, another count of pods, a node that may be taken away. */
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
  const theft = async ([pod]: readonly PodSeen[]): Promise<Attempt> => {
    if (!pod) return 'denied';
    const credentials = await played.credentials(namespace, pod.metadata.name);
    return tryTheft({ client: clients(stage.sandbox) }, credentials);
  };
  const front = pods.filter((pod) => appOf(pod) === 'front');
  const [stolen, sister] = await Promise.all([theft(own.length > 0 ? own : owners), theft(front)]);
  return {
    thief,
    'a pod of the owner': replacement,
    innocent,
    'the thief with its role': stolen,
    'the innocent with the same role': sister,
  };
}

const open = {
  thief: 'allowed',
  'a pod of the owner': 'allowed',
  innocent: 'allowed',
  'the thief with its role': 'allowed',
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
      'deny-session': { ...open, 'the thief with its role': 'denied' },
    },
  },
};

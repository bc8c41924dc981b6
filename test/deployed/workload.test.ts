/** A pod that a thief is in, through the deployed machine: what it could reach before, it cannot meanwhile, and can again once it is released. */
import { expect, test } from 'vitest';
import { podsIn, workloadFinding } from '../sandbox/cluster.ts';
import { send } from '../sandbox/finding.ts';
import { itemsOf } from '../scenario/runs.ts';
import { isDone, opened, toTheEnd } from './credentials/incident.ts';
import { deployed, sealedIn } from './deployed.ts';
import { playCaller } from './proof/cluster-course.ts';
import { playWorkload, shopIn } from './proof/workload-course.ts';

const deployment = deployed();
const patience = 240_000;

interface Nodes {
  readonly items: readonly { readonly spec?: object; readonly metadata: { readonly annotations?: object } }[];
}

test(
  'a pod is recorded, its node kept, its network cut and its owner paused by a yes; released, everything is as before',
  async () => {
    const { shop, incident, before, asked, ended, during, released, after } = await playWorkload(deployment);
    const open = { database: true, outside: true, innocent: true, stolen: 'allowed', sister: 'allowed' };
    expect(before).toEqual(open);
    // Nothing that hurts happens before anybody has said yes.
    expect(asked).toEqual(open);
    expect(during).toEqual({ ...open, database: false, outside: false, stolen: 'denied' });
    expect(after).toEqual(open);
    expect(ended.trouble).toEqual([]);
    expect(ended.results).toMatchObject({
      'cordon-node/apply': 'applied',
      'cordon-node/verify': 'verified',
      'record-workload/run': 'recorded',
      'snapshot-volumes/run': 'taken',
      'measure-workload/run': 'measured',
      'quarantine-pod/apply': 'applied',
      'quarantine-pod/verify': 'verified',
      'deny-session/apply': 'applied',
      'deny-session/verify': 'verified',
      'pause-workload/apply': 'applied',
      'pause-workload/verify': 'verified',
      'detach-pod-identity/apply': 'applied',
      'detach-pod-identity/verify': 'verified',
    });
    expect(ended.asked).toEqual(['quarantine']);
    expect(ended.told).toContain('Services that lead to it: cart');
    expect(released.state).toBe('released');

    const { played, namespace, thief } = shop;
    const pods = await podsIn(played, namespace);
    expect(pods.filter(({ metadata }) => metadata.labels?.app === 'cart')).toHaveLength(2);
    expect(pods.find(({ metadata }) => metadata.name === thief)?.metadata.labels).toMatchObject({ app: 'cart' });
    const { items: nodes } = await played.ask<Nodes>('GET', '/api/v1/nodes');
    const node = [{ providerID: expect.stringMatching(/^aws:/) }, {}];
    expect(nodes.map(({ spec, metadata }) => [spec ?? {}, metadata.annotations ?? {}])).toEqual([node, node]);
    const policies = await played.ask<Nodes>(
      'GET',
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
    );
    expect(policies.items).toEqual([]);

    // What a container has in its environment is sealed, and in no message and on no ledger.
    const items = await itemsOf(deployment, `INC#${incident}`);
    expect(JSON.stringify(items)).not.toContain('not-for-eyes');
    expect(ended.told).not.toContain('not-for-eyes');
    expect(JSON.stringify(items)).toContain(`logs-${thief}-cart.txt`);
    const { 'audit.ndjson': sealed = '' } = await sealedIn(deployment, incident, /\/audit\.ndjson$/);
    const audit = sealed.trimEnd().split('\n');
    expect(audit.length).toBeGreaterThan(2);
    for (const line of audit) expect(JSON.parse(line).objectRef.namespace).toBe(namespace);
  },
  patience,
);

test(
  'where nothing enforces policies, or nobody has let us in, that is said before anybody is asked',
  async () => {
    const { played, namespace, thief } = await shopIn(deployment);
    await played.ask('PATCH', '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node', {
      spec: { template: { spec: { containers: [{ name: 'aws-node' }] } } },
    });
    await send(deployment, workloadFinding(deployment.sandbox, played.name, { namespace, name: thief }));
    const incident = await opened(deployment, namespace);
    const ended = await toTheEnd(deployment, incident, { quarantine: 'decline' });
    expect(ended.told).toMatch(/nothing in cluster .* is known to enforce NetworkPolicies/);
    expect(ended.results).not.toHaveProperty('quarantine-pod/apply');

    const gone = `web-of-nobody-${thief.slice(-5)}`;
    await send(deployment, workloadFinding(deployment.sandbox, played.name, { namespace: gone, name: 'cart' }));
    const second = await opened(deployment, gone);
    const nothing = await toTheEnd(deployment, second);
    expect(nothing.asked).toEqual([]);
    expect(nothing.told).toContain(`${gone}/cart in cluster`);
  },
  patience,
);

test(
  'the role of a pod with tokens of its service account is denied to all that came so; by Pod Identity its neighbour goes on',
  async () => {
    const { before, during, after } = await playWorkload(deployment, 'web identity');
    expect([before, during, after].map(({ stolen, sister }) => [stolen, sister])).toEqual([
      ['allowed', 'allowed'],
      ['denied', 'allowed'],
      ['allowed', 'allowed'],
    ]);
  },
  patience,
);

const tries = { thief: 'allowed', innocent: 'allowed' };

test(
  'whoever called a cluster loses the access entry by a yes; the innocent goes on, and the release makes it again as it was',
  async () => {
    const { incident, before, verified, during, released, after, entry, back } = await playCaller(deployment);
    const { result: measured } = await isDone(deployment, incident, 'measure-workload', 'run');
    expect(measured).toMatchObject({
      unknown: [],
      facts: expect.arrayContaining([
        'ClusterRoleBinding ops gives group deployers the role edit in the whole cluster',
      ]),
    });
    expect(before).toEqual(tries);
    expect(verified).toMatchObject({ outcome: 'verified' });
    expect(during).toEqual({ thief: 'denied', innocent: 'allowed' });
    expect(released.state).toBe('released');
    expect(after).toEqual(tries);
    expect(back).toEqual(entry);
    expect(entry.policies).toHaveLength(1);
  },
  patience,
);

test(
  'an entry that somebody has made meanwhile is shown, and made what it was where a person agrees',
  async () => {
    const { released, entry, back } = await playCaller(deployment, 'somebody');
    expect(released.state).toBe('released');
    expect(back).toEqual(entry);
  },
  patience,
);

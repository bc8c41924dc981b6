import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { type Facts, gone, orGone, read, tagsOf } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { AnyDatabase } from './database.ts';
import { clusterNamed, instanceNamed } from './describe.ts';
import { manualSnapshots } from './manual-snapshots.ts';

const members = ({ DBClusterMembers = [] }: DBCluster): string[] =>
  DBClusterMembers.flatMap(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? []).toSorted();

/** Of an instance of a cluster the password is the cluster's. */
const secretOf = ({ MasterUserSecret }: DBInstance | DBCluster): string | null => MasterUserSecret?.SecretArn ?? null;

/** The VPC of a cluster is that of its instances; one without instances tells its subnet group only. */
const vpcOf = (one: DBInstance | null | undefined): string | null => one?.DBSubnetGroup?.VpcId ?? null;

/** An instance with all of its cluster, where it belongs to one. Its own snapshots are listed meanwhile, as most have no cluster. */
export async function instanceFacts<T extends AnyDatabase>(base: T, session: Session): Promise<Facts<T>> {
  const [found, own] = await Promise.all([
    instanceNamed(base.id, session),
    manualSnapshots({ cluster: null, id: base.id }, session).catch(orGone),
  ]);
  if (!found) return gone(base, 'the database');
  const { Engine: engine = null, DBClusterIdentifier: cluster = null, TagList } = found;
  const [around, snapshots] = cluster
    ? await Promise.all([clusterNamed(cluster, session), manualSnapshots({ cluster, id: base.id }, session)])
    : [null, own ?? []];
  const of = around ? { cluster, instances: members(around) } : { cluster: null, instances: [base.id] };
  const secret = secretOf(around ?? found);
  return read({ ...base, ...of, snapshots, secret, engine, vpc: vpcOf(found), tags: tagsOf(TagList) });
}

export async function clusterFacts<T extends AnyDatabase>(base: T, session: Session): Promise<Facts<T>> {
  const found = await clusterNamed(base.id, session);
  if (!found) return gone(base, 'the database cluster');
  const instances = members(found);
  const [first, snapshots] = await Promise.all([
    instances[0] ? instanceNamed(instances[0], session) : null,
    manualSnapshots({ cluster: base.id, id: base.id }, session),
  ]);
  const { Engine: engine = null, TagList } = found;
  const own = { cluster: base.id, instances, snapshots, secret: secretOf(found) };
  return read({ ...base, ...own, engine, vpc: vpcOf(first), tags: tagsOf(TagList) });
}

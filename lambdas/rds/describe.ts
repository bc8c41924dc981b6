import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import { type AnyDatabase, hasFlags } from './database.ts';

/** Null for one that does not exist. */
export async function instanceNamed(DBInstanceIdentifier: string, session: Session): Promise<DBInstance | null> {
  const asked = session.client(RDSClient).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  return (await asked.catch(orGone))?.DBInstances?.[0] ?? null;
}

/** Null for one that does not exist. */
export async function clusterNamed(DBClusterIdentifier: string, session: Session): Promise<DBCluster | null> {
  const asked = session.client(RDSClient).send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  return (await asked.catch(orGone))?.DBClusters?.[0] ?? null;
}

/** Its cluster, where it has one, and those of its instances that are there. */
export async function described(target: AnyDatabase, session: Session) {
  const [cluster, instances] = await Promise.all([
    target.cluster ? clusterNamed(target.cluster, session) : null,
    Promise.all(target.instances.map((id) => instanceNamed(id, session))),
  ]);
  return { cluster, instances: instances.flatMap((one) => one ?? []) };
}

/** The same, of instances only those that have a flag of their own. */
export async function withFlags(target: AnyDatabase, session: Session) {
  const found = await described(target, session);
  return { ...found, instances: hasFlags(target) ? found.instances : [] };
}

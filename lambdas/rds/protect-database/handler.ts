import { ModifyDBClusterCommand, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { busy } from '../busy.ts';
import { described } from '../describe.ts';
import type { Database } from '../kinds.ts';
import { planProtection } from './plan.ts';
import { type Protection, protectDatabase } from './step.ts';

/** Instances of a cluster have the protection of the cluster (Aurora API reference, ModifyDBInstance, DeletionProtection). */
async function look(target: Database, session: Session): Promise<Protection> {
  const { cluster, instances } = await described(target, session);
  return { protection: (cluster ?? instances[0])?.DeletionProtection ? 'on' : 'off' };
}

/** Takes effect at once, and leaves alone what waits for the maintenance window (RDS user guide, "Modifying an Amazon RDS DB instance"). */
async function carryOut({ target, from, to, session }: LeverJob<Database, Protection>): Promise<Change> {
  if (from.protection === to.protection) return { outcome: 'already-applied' };
  const rds = session.client(RDSClient);
  const DeletionProtection = to.protection === 'on';
  const { cluster, id } = target;
  const set: Promise<unknown> = cluster
    ? rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: cluster, DeletionProtection }))
    : rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, DeletionProtection }));
  await set.catch(busy);
  return { outcome: 'applied', changed: [`${cluster ?? id}: deletion protection ${to.protection}`] };
}

export const handler = serveLever(protectDatabase, { look, plan: planProtection, apply: carryOut, release: carryOut });

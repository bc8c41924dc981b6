import { CreateDBClusterSnapshotCommand, CreateDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Custody } from '../../../lib/domain/custody.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { acquirer } from '../../runtime/vault.ts';
import { busy } from '../busy.ts';
import { clusterArns, instanceArns } from '../database.ts';
import type { Database } from '../kinds.ts';
import { snapshotName } from './plan.ts';
import { type DatabaseSnapshot, snapshotDatabase } from './step.ts';

type Context = StepContext<Database>;

/** An earlier attempt made it. */
const unlessThere = (error: unknown): void => {
  if (!(error instanceof Error && /SnapshotAlreadyExists/.test(error.name))) busy(error);
};

/** Begun: RDS finishes it by itself, and nobody has to wait. A cluster is copied whole. */
async function take({ target, run, session }: Context): Promise<string> {
  const rds = session.client(RDSClient);
  const { cluster, id } = target;
  const name = snapshotName(run.incident, cluster ?? id);
  const command = cluster
    ? rds.send(new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: cluster, DBClusterSnapshotIdentifier: name }))
    : rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: id, DBSnapshotIdentifier: name }));
  await command.catch(unlessThere);
  return arn(target, 'rds', `${cluster ? 'cluster-snapshot' : 'snapshot'}:${name}`);
}

function custody({ target, now }: Context, uri: string): Custody {
  const { account, region } = target;
  const [source = ''] = target.cluster ? clusterArns(target) : instanceArns(target);
  const nothing = { version: null, size: null, sha256: null, key: null, lockedUntil: null };
  const where = { kind: 'database-snapshot', source, account, region, uri };
  // RDS has no locks: whoever may delete snapshots can delete it.
  return { ...where, ...nothing, ...acquirer(), acquiredAt: now(), lockMode: 'none' };
}

async function snapshot(context: Context): Promise<DatabaseSnapshot> {
  const { target, run } = context;
  if (target.instances.length === 0 && !target.cluster)
    return { outcome: 'not-applicable', evidence: [], because: 'the database could not be read' };
  if (run.mode === 'observe') return { outcome: 'would-take', evidence: [] };
  return { outcome: 'taken', evidence: [custody(context, await take(context))] };
}

export const handler = serveStep(snapshotDatabase, snapshot);

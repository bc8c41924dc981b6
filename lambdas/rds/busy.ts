import { Throttled } from '../../lib/domain/errors.ts';
import { sentence } from '../runtime/errors.ts';

/**
 * A database that is being backed up or changed takes no other change (RDS API reference, InvalidDBInstanceState, InvalidDBClusterStateFault).
 * That passes, in minutes rather than seconds: as what is throttled, it is tried again for so long.
 */
export function busy(error: unknown): never {
  if (error instanceof Error && /^InvalidDB(Instance|Cluster|Snapshot|ClusterSnapshot)State/.test(error.name))
    throw new Throttled(sentence(error), { cause: error });
  throw error;
}

import * as z from 'zod';
import { DbCluster } from './db-cluster/target.ts';
import { DbInstance } from './db-instance/target.ts';

/** What every step about databases takes. */
export const Database = z.discriminatedUnion('kind', [DbInstance, DbCluster]);
export type Database = z.infer<typeof Database>;

import type { FactsReader } from '../../runtime/facts.ts';
import { clusterFacts } from '../database-facts.ts';
import type { DbCluster } from './target.ts';

export const dbClusterFacts: FactsReader<DbCluster> = { read: clusterFacts };

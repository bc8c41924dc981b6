import type { FactsReader } from '../../runtime/facts.ts';
import { instanceFacts } from '../database-facts.ts';
import type { DbInstance } from './target.ts';

export const dbInstanceFacts: FactsReader<DbInstance> = { read: instanceFacts };

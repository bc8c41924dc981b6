import type { FactsReader } from '../../runtime/facts.ts';
import { readFacts } from '../read-bucket.ts';
import type { StoredObject } from './target.ts';

export const objectFactsReader: FactsReader<StoredObject> = { read: readFacts };

import type { FactsReader } from '../../runtime/facts.ts';
import { readFacts } from '../read-bucket.ts';
import type { Bucket } from './target.ts';

export const bucketFactsReader: FactsReader<Bucket> = { read: readFacts };

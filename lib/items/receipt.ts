import * as z from 'zod';
import { meaningOf } from '../domain/earlier-entries.ts';
import { Meaning } from '../domain/outcome.ts';
import { OperationName } from '../domain/step.ts';
import { partitionOf } from './incident.ts';
import { defineItem, type Item, type Key } from './item.ts';

const Result = z.looseObject({ outcome: z.string() });

const Receipt = z.object({
  run: z.string(),
  step: z.string(),
  operation: OperationName,
  /** ARN of the target; empty where the call named none. */
  of: z.string(),
  /** As the contract of the step has it. */
  result: Result,
  /** What the outcome means for people. */
  means: Meaning,
  at: z.string(),
});
export type Receipt = z.infer<typeof Receipt>;

/**
 * What an operation came to in a run: whoever comes again finds it, and touches nothing. A run is about one target, and only a release about
 * all that an incident holds: then `apart` is the target's ARN. What looks for a question does so for each anew: then it is the question's name.
 */
export const receiptItem = defineItem({
  name: 'receipt',
  prefix: 'RECEIPT#',
  key: (incident: string, run: string, step: string, operation: string, apart = ''): Key => ({
    pk: partitionOf(incident),
    sk: `RECEIPT#${run}#${step}#${operation}${apart && `#${apart}`}`,
  }),
  schema: Receipt,
  upcasters: {
    'from 0: its run, which was only in its key; target and meaning where it has none': (older: Item): Item => ({
      of: '',
      means: meaningOf(Result.safeParse(older.result).data?.outcome ?? '', undefined),
      ...older,
      run: String(older.sk).split('#')[1] ?? '',
    }),
  },
});

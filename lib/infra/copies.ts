import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { copied, entries } from '../items/copied.ts';

interface CopiesProps {
  /** ARN of the table's stream. */
  readonly stream: string;
  readonly copying: LambdaFunction;
  readonly deadLetters: IQueue;
}

/** What was written or changed, of the items that are copied: the rest, task tokens among it, never leaves the table. */
const copiedItems = FilterCriteria.filter({
  eventName: FilterRule.or('INSERT', 'MODIFY'),
  dynamodb: { Keys: { sk: { S: copied.map(({ prefix }) => (prefix.endsWith('#') ? { prefix } : prefix)) } } },
});

/** Keys of entries of a ledger. */
export const ofEntries = { sk: { S: FilterRule.beginsWith(entries) } };

interface Following {
  /** ARN of the table's stream. */
  readonly stream: string;
  readonly by: LambdaFunction;
  readonly filter: ReturnType<typeof FilterCriteria.filter>;
  readonly deadLetters: IQueue;
  /** Records of so long a time are handed over at once. */
  readonly gathered?: Duration;
}

/**
 * Lambda reads the stream by itself: nobody waits, and reading it costs nothing (DynamoDB pricing, "DynamoDB Streams"). A batch that fails is
 * halved, so that one bad item holds no other back; what fails for good leaves a dead letter that says which part of the stream it was, and
 * nothing of what was in it.
 */
export function follow(scope: Construct, id: string, { stream, by, filter, deadLetters, gathered }: Following): void {
  new EventSourceMapping(scope, id, {
    target: by,
    eventSourceArn: stream,
    // From the oldest record on: what was written before the mapping was made counts too.
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [filter],
    bisectBatchOnError: true,
    retryAttempts: 8,
    maxRecordAge: Duration.hours(6),
    onFailure: new SqsDlq(deadLetters),
    ...(gathered && { maxBatchingWindow: gathered }),
  });
}

/** Copies ledger entries and before-states into the vault as they are written. */
export function copyAsItGrows(scope: Construct, { stream, copying, deadLetters }: CopiesProps): void {
  follow(scope, 'Copies', { stream, by: copying, filter: copiedItems, deadLetters });
}

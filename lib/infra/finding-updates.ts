import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { LedgerEntry } from '../domain/ledger.ts';
import { follow, ofEntries } from './copies.ts';

/** Entries after which an incident stands otherwise than before. What the function itself notes is not among them. */
const turns: LedgerEntry['kind'][] = ['opened', 'finding', 'asked', 'decision', 'closed'];

const filter = FilterCriteria.filter({
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: {
    Keys: ofEntries,
    NewImage: { kind: { S: FilterRule.or(...turns) } },
  },
});

/** What happens to an incident within a few seconds is one update in Security Hub. */
const gathered = Duration.seconds(5);

/** Security Hub shows an incident as it stands, each time it stands otherwise. */
export function updateAsItTurns(
  scope: Construct,
  { stream, updating, deadLetters }: { stream: string; updating: LambdaFunction; deadLetters: IQueue },
): void {
  follow(scope, 'FindingUpdates', { stream, by: updating, filter, deadLetters, gathered });
}

import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';

/**
 * Incidents, before-states, receipts, approvals, obligations and the ledger. Neither a call nor a stack that is destroyed deletes it.
 * Not RetainExceptOnCreate: the protection would stop a first deployment that failed from being rolled back; so the empty table stays then.
 */
export class IncidentTable extends Construct {
  readonly table: Table;
  /** Nearly every function has it: single items, never a scan, never a deletion. */
  readonly items: Grant;
  /** Adds reading a whole incident. */
  readonly whole: Grant;
  /** What Lambda reads the stream of the table with, for a function that follows it. */
  readonly following: Grant;
  /** ARN of that stream. */
  readonly stream: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const on = (...actions: string[]) => ({ actions, resources: [this.table.tableArn] });
    const environment = { TOURNIQUET_TABLE: this.table.tableName };
    this.items = { statements: [on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')], environment };
    this.whole = { statements: [on('dynamodb:Query')], environment };
    this.stream = this.table.tableStreamArn ?? '';
    // Lambda developer guide, "Process DynamoDB records with Lambda", permissions; the list knows no single stream.
    const reading = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    this.following = {
      statements: [
        { actions: reading, resources: [this.stream] },
        { actions: ['dynamodb:ListStreams'], resources: ['*'] },
      ],
      environment: {},
    };
  }
}

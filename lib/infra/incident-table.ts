import { StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import { lastingTable } from './lasting-table.ts';

/** Incidents, before-states, receipts, approvals, obligations and the ledger. */
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
  /** The mode, where an earlier version kept it here. */
  readonly earlierMode: Grant;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = lastingTable(this, { stream: StreamViewType.NEW_IMAGE });
    const on = (...actions: string[]) => ({ actions, resources: [this.table.tableArn] });
    const environment = { TOURNIQUET_TABLE: this.table.tableName };
    this.items = { statements: [on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')], environment };
    const settingsOnly = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SETTINGS'] } };
    this.earlierMode = { statements: [{ ...on('dynamodb:GetItem'), conditions: settingsOnly }], environment };
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

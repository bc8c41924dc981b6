import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Existing } from '../domain/config.ts';
import type { Grant } from './grant.ts';
import { lastingTable } from './lasting-table.ts';

/** As much as is used of a table, whether made or adopted. */
type AnyTable = Pick<Table, 'tableArn' | 'tableName' | 'tableStreamArn'>;

/** Incidents, before-states, receipts, approvals, obligations and the ledger. */
export class IncidentTable extends Construct {
  readonly table: AnyTable;
  /** Nearly every function has it: single items, never a scan, never a deletion. */
  readonly items: Grant;
  /** Adds reading a whole incident. */
  readonly whole: Grant;
  /** Of one function: deleting what incidents have, and none of what says that they were there. */
  readonly leaving: Grant;
  /** What Lambda reads the stream of the table with, for a function that follows it. */
  readonly following: Grant;
  /** ARN of that stream. */
  readonly stream: string;
  /** The mode, where an earlier version kept it here. */
  readonly earlierMode: Grant;

  constructor(scope: Construct, id: string, { table }: Existing) {
    super(scope, id);
    this.table = table === undefined ? lastingTable(this, { stream: StreamViewType.NEW_IMAGE }) : this.adopted(table);
    this.stream = this.table.tableStreamArn ?? '';
    const on = (...actions: string[]) => ({ actions, resources: [this.table.tableArn] });
    const environment = { TOURNIQUET_TABLE: this.table.tableName };
    this.items = { statements: [on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')], environment };
    const settingsOnly = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SETTINGS'] } };
    this.earlierMode = { statements: [{ ...on('dynamodb:GetItem'), conditions: settingsOnly }], environment };
    const ofIncidents = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['INC#inc-*', 'COVER#inc-*', 'INCIDENTS', 'DEPARTURES'] },
    };
    this.leaving = { statements: [{ ...on('dynamodb:DeleteItem'), conditions: ofIncidents }], environment };
    this.whole = { statements: [on('dynamodb:Query')], environment };
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

  /** Its protections are its owner's to set; the doctor looks. */
  private adopted(tableStreamArn: string): AnyTable {
    const [tableArn = ''] = tableStreamArn.split('/stream/');
    const { tableName } = Table.fromTableArn(this, 'Table', tableArn);
    return { tableArn, tableName, tableStreamArn };
  }
}

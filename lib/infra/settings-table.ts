import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Grant } from './grant.ts';
import { lastingTable } from './lasting-table.ts';

/** Who may decide, and what needs no decision. Apart from the incidents, so that what writes those cannot change it. */
export class SettingsTable extends Construct {
  readonly table: Table;
  /** One item holds what counts. */
  readonly reading: Grant;
  /** Of one function, beside reading: single items, never a deletion. */
  readonly keeping: Grant;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = lastingTable(this);
    const on = (...actions: string[]) => ({ actions, resources: [this.table.tableArn] });
    const environment = { TOURNIQUET_SETTINGS: this.table.tableName };
    this.reading = { statements: [on('dynamodb:GetItem')], environment };
    this.keeping = { statements: [on('dynamodb:PutItem', 'dynamodb:UpdateItem')], environment };
  }
}

import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Existing } from '../domain/config.ts';
import type { Grant } from './grant.ts';
import { lastingTable } from './lasting-table.ts';

/** Who may decide, and what needs no decision. Apart from the incidents, so that what writes those cannot change it. */
export class SettingsTable extends Construct {
  readonly table: Pick<Table, 'tableArn' | 'tableName'>;
  /** One item holds what counts. */
  readonly reading: Grant;
  /** Of one function, beside reading: single items, never a deletion. */
  readonly keeping: Grant;

  constructor(scope: Construct, id: string, { settings }: Existing) {
    super(scope, id);
    // Of one that is adopted the protections are its owner's to set; the doctor looks.
    this.table = settings === undefined ? lastingTable(this) : Table.fromTableArn(this, 'Table', settings);
    const on = (...actions: string[]) => ({ actions, resources: [this.table.tableArn] });
    const environment = { TOURNIQUET_SETTINGS: this.table.tableName };
    this.reading = { statements: [on('dynamodb:GetItem')], environment };
    this.keeping = { statements: [on('dynamodb:PutItem', 'dynamodb:UpdateItem')], environment };
  }
}

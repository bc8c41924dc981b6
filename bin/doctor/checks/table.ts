import { DescribeContinuousBackupsCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { type At, aws, type Check, deployAgain, fail, ok } from '../check.ts';
import { limited } from '../limited.ts';

const concerns = { role: 'open-incident', action: 'dynamodb:PutItem' };

const active: Check = {
  id: 'table-active',
  about: 'hub',
  title: 'The incident table can be written',
  asks: ['dynamodb:DescribeTable'],
  concerns,
  async run({ patient, hub }) {
    const command = new DescribeTableCommand({ TableName: patient.output('TableName') });
    const { TableStatus = 'unknown' } = (await hub(DynamoDBClient).send(command)).Table ?? {};
    return ['ACTIVE', 'UPDATING'].includes(TableStatus) ? ok(TableStatus) : fail(`It is ${TableStatus}`, deployAgain);
  },
};

/** Both outlive the stack: records and settings. */
const tables = ({ patient }: At): string[] => ['TableName', 'SettingsTableName'].map((name) => patient.output(name));

const protection: Check = {
  id: 'table-protected',
  about: 'hub',
  title: 'Neither table can be deleted by one call',
  asks: ['dynamodb:DescribeTable'],
  concerns,
  async run(at) {
    const open = await limited(tables(at), async (TableName) => {
      const { Table } = await at.hub(DynamoDBClient).send(new DescribeTableCommand({ TableName }));
      return Table?.DeletionProtectionEnabled ? [] : [TableName];
    });
    const names = open.flat();
    if (names.length === 0) return ok('Deletion protection is on');
    const on = (name: string): string => `dynamodb update-table --table-name ${name} --deletion-protection-enabled`;
    return fail(`Deletion protection is off: ${names.join(', ')}`, ...names.map((name) => aws(at.region, on(name))));
  },
};

const recovery: Check = {
  id: 'table-recovery',
  about: 'hub',
  title: 'Both tables can be restored to any second of the last days',
  asks: ['dynamodb:DescribeContinuousBackups'],
  concerns,
  async run(at) {
    const without = await limited(tables(at), async (TableName) => {
      const command = new DescribeContinuousBackupsCommand({ TableName });
      const { ContinuousBackupsDescription } = await at.hub(DynamoDBClient).send(command);
      const { PointInTimeRecoveryStatus } = ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
      return PointInTimeRecoveryStatus === 'ENABLED' ? [] : [TableName];
    });
    const names = without.flat();
    if (names.length === 0) return ok('Point-in-time recovery is on');
    const on = (name: string): string =>
      `dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`;
    return fail(`Point-in-time recovery is off: ${names.join(', ')}`, ...names.map((name) => aws(at.region, on(name))));
  },
};

const copies: Check = {
  id: 'table-copies',
  about: 'hub',
  title: 'Ledger entries and before-states are copied into the vault',
  asks: ['dynamodb:DescribeTable', 'lambda:ListEventSourceMappings'],
  concerns: { role: 'copy-to-vault', action: 's3:PutObject' },
  async run({ patient, hub, region }) {
    const TableName = patient.output('TableName');
    const { Table } = await hub(DynamoDBClient).send(new DescribeTableCommand({ TableName }));
    const { LatestStreamArn: stream, StreamSpecification } = Table ?? {};
    const on = `dynamodb update-table --table-name ${TableName} --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE`;
    if (!stream || !StreamSpecification?.StreamEnabled)
      return fail('The table has no stream', aws(region, on), deployAgain);
    const FunctionName = `${patient.config.name}-copy-to-vault`;
    const query = new ListEventSourceMappingsCommand({ FunctionName });
    const { EventSourceMappings = [] } = await hub(LambdaClient).send(query);
    const mapping = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn === stream);
    if (!mapping) return fail(`Nothing reads the stream ${stream}`, deployAgain);
    if (mapping.State === 'Enabled') return ok('The stream of the table is read');
    const enable = `lambda update-event-source-mapping --uuid ${mapping.UUID} --enabled`;
    return fail(`Reading the stream of the table is ${mapping.State}`, aws(region, enable));
  },
};

export const table: readonly Check[] = [active, protection, recovery, copies];

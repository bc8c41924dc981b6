/** Settings put into their table as nobody but the root of the account can: past the function that keeps them, and past their ledger. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { type Settings, settingsOf } from '../../lib/domain/settings.ts';
import type { Item } from '../../lib/items/item.ts';
import { nowItem } from '../../lib/items/settings.ts';
import type { Attached } from '../deployed/deployed.ts';
import { configuration } from './deployment.ts';

type Back = () => Promise<unknown>;

/** As much of a deployment as is needed for it. */
type Deployed = Pick<Attached, 'client' | 'outputs'>;
type Configured = Pick<Attached, 'sandbox'> & { readonly slack: Pick<Attached['slack'], 'url'> };

const inTable = ({ client, outputs }: Deployed) => ({
  // As the functions write: what is left out of the settings has no value.
  documents: DynamoDBDocumentClient.from(client(DynamoDBClient, 'hub'), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  TableName: outputs.SettingsTableName,
});

/** Puts any item in place of the settings that count. Returns what restores what was there. */
export async function replaceSettings(deployment: Deployed, item: Item): Promise<Back> {
  const { documents, TableName } = inTable(deployment);
  const Key = nowItem.key();
  const { Item: standing } = await documents.send(new GetCommand({ TableName, Key }));
  await documents.send(new PutCommand({ TableName, Item: { ...item, ...Key } }));
  return () =>
    standing
      ? documents.send(new PutCommand({ TableName, Item: standing }))
      : documents.send(new DeleteCommand({ TableName, Key }));
}

/** Empties the table, versions and ledger included. Returns what empties it again, and then the configuration counts. */
export async function forgetSettings(deployment: Deployed): Promise<Back> {
  const { documents, TableName } = inTable(deployment);
  const forget = async (): Promise<void> => {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
    for (const { pk, sk } of Items) await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  };
  await forget();
  return forget;
}

/** What the deployment was configured with. */
export const configured = ({ sandbox, slack }: Configured): Settings =>
  settingsOf(parseConfig(configuration(sandbox, slack.url), { file: 'sandbox' }));

/** What was configured, but for these. */
export const underSettings = (deployment: Deployed & Configured, change: Partial<Settings>): Promise<Back> =>
  replaceSettings(
    deployment,
    nowItem.item({
      version: 1,
      settings: { ...configured(deployment), ...change },
      by: 'the suite',
      second: null,
      reason: 'a test',
      at: new Date().toISOString(),
      reset: null,
      units: null,
    }),
  );

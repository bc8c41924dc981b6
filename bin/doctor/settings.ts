import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { Broken } from '../../lib/domain/errors.ts';
import type { Settings } from '../../lib/domain/settings.ts';
import { settingsLines } from '../../lib/domain/settings-changes.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { modeItem } from '../../lib/items/mode.ts';
import { nowItem } from '../../lib/items/settings.ts';
import type { At } from './check.ts';

const reader = ({ patient, hub }: Pick<At, 'patient' | 'hub'>, output: string) => {
  const documents = DynamoDBDocumentClient.from(hub(DynamoDBClient));
  return {
    async get(Key: Key): Promise<Item | null> {
      const command = new GetCommand({ TableName: patient.output(output), Key, ConsistentRead: true });
      return (await documents.send(command)).Item ?? null;
    },
  };
};

/** The version that counts; null as long as the table has none. Throws Broken where it cannot be read. */
export const settingsNow = (at: Pick<At, 'patient' | 'hub'>) => nowItem.find(reader(at, 'SettingsTableName'));

/** The same, null where it cannot be read too: one check says so, and the others look at what was deployed. */
const settingsOrNone = (at: Pick<At, 'patient' | 'hub'>) =>
  settingsNow(at).catch((error: unknown) => {
    if (error instanceof Broken) return null;
    throw error;
  });

/** Whether the table says what was deployed, as far as the stack knows that. */
export function differs({ patient }: Pick<At, 'patient'>, settings: Settings): boolean {
  const digest = createHash('sha256').update(settingsLines(settings).join('\n')).digest('hex');
  return patient.config.settings !== undefined && patient.config.settings !== digest;
}

/** The mode of all accounts, and since when: as settings say, as an earlier version switched it, or as deployed. */
export async function modeNow(at: At): Promise<{ readonly mode: string; readonly since: string }> {
  const now = await settingsOrNone(at);
  if (now) return { mode: now.settings.mode, since: now.at };
  const earlier = await modeItem.find(reader(at, 'TableName'));
  return earlier
    ? { mode: earlier.mode, since: earlier.at }
    : { mode: at.patient.config.mode, since: 'the deployment' };
}

/** Who may approve in all accounts: as the table says, or as deployed. */
export const approversNow = async (at: Pick<At, 'patient' | 'hub'>) =>
  (await settingsOrNone(at))?.settings.approvers ?? at.patient.config.approvers;

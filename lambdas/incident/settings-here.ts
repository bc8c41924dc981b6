import type { UnknownRules } from '../../lib/domain/authority.ts';
import { type Effective, type Settings, settingsIn } from '../../lib/domain/settings.ts';
import { modeItem } from '../../lib/items/mode.ts';
import type { Work } from '../runtime/pipeline.ts';
import { readSettings, type Standing, unreadable } from '../runtime/settings.ts';

/** The mode as an earlier version switched it: it counts until a first version of the settings is in their table. */
function switched(
  { version, settings, reset }: Standing,
  earlier: { readonly mode: Settings['mode'] } | null,
): Settings {
  return version === 0 && reset === 'none' && earlier ? { ...settings, mode: earlier.mode } : settings;
}

/** The settings that count in an account, or why nobody knows them. Two reads side by side. */
export async function settingsHere(
  work: Pick<Work, 'settings' | 'table'>,
  account: string,
): Promise<Effective | UnknownRules> {
  try {
    const [standing, earlier] = await Promise.all([readSettings(work), modeItem.find(work.table)]);
    const here = settingsIn(account, switched(standing, earlier), standing.unitsOf);
    return here ?? { unknown: `the units of account ${account} are not known, and the settings differ by unit` };
  } catch (error) {
    return unreadable(error);
  }
}

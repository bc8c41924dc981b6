import * as z from 'zod';
import { Refused, Transient } from '../../../lib/domain/errors.ts';
import type { NewEntry } from '../../../lib/domain/ledger.ts';
import { type Settings, settingsOf } from '../../../lib/domain/settings.ts';
import { changesIn } from '../../../lib/domain/settings-changes.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { modeItem } from '../../../lib/items/mode.ts';
import {
  type Change,
  changeItem,
  nowItem,
  settingsLedger,
  type Version,
  versionItem,
} from '../../../lib/items/settings.ts';
import { config } from '../../runtime/environment.ts';
import { oneOfThree } from '../../runtime/errors.ts';
import { append, hashOf, link } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { readSettings, resetOf, type Standing, settingsForPeople } from '../../runtime/settings.ts';
import { Conflict, type Write } from '../../runtime/table.ts';
import { announce } from '../announce.ts';
import { applying } from '../applying.ts';
import { changedMessage, resetMessage } from './message.ts';
import { unitsNow } from './units.ts';

/** What counts now, with the mode as an earlier version switched it. For people: what cannot be read is refused in words. */
export async function base(work: Work): Promise<Standing> {
  const standing = await settingsForPeople(work);
  const earlier = standing.version === 0 ? await modeItem.find(work.table) : null;
  return earlier ? { ...standing, settings: { ...standing.settings, mode: earlier.mode } } : standing;
}

/** Writes to the ledger of the settings, together with `extras` or not at all. */
export const note = (work: Work, entry: NewEntry, extras: (TableName: string) => Write[]): Promise<void> =>
  append(work.settings, settingsLedger, entry, extras, { chain: link });

/** Where nobody may ask AWS Organizations, settings cannot differ by unit. */
async function unitsFor(work: Work, settings: Settings) {
  try {
    return await unitsNow(work, settings);
  } catch (error) {
    const named = oneOfThree(error);
    if (named instanceof Transient) throw named;
    throw new Refused(
      `Settings for units need to know which accounts are in them, and AWS Organizations did not say (${named.message}). The hub has to be the management account or a delegated administrator.`,
      { cause: error },
    );
  }
}

interface NewVersion extends Pick<Version, 'settings' | 'by' | 'second' | 'reason'> {
  /** The version before; 0 where the table has none. */
  readonly on: number;
  /** What has to be there still: that version, or anything that knows nothing of the reset. */
  readonly over: 'that version' | 'anything';
  readonly before: Settings;
  /** The change that it came of, where it took two. */
  readonly change?: Change;
}

/** On what the version that counts is replaced: so long as nobody else has done it. */
function stillThere({ on, over }: NewVersion, { reset }: Version) {
  const free = { ConditionExpression: 'attribute_not_exists(pk)' };
  const is = (expression: string, name: string, value: unknown) => ({
    ConditionExpression: expression,
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: { ':value': value },
  });
  if (over === 'anything') return is('attribute_not_exists(pk) OR #name <> :value', 'reset', reset);
  return on === 0 ? free : is('#name = :value', 'version', on);
}

/** The writes that make a version the one that counts; they fail where another became it meanwhile. */
function writes(wanted: NewVersion, version: Version, units: Awaited<ReturnType<typeof unitsFor>>) {
  const { change } = wanted;
  const applied = change && changeItem.item({ ...change, state: 'APPLIED' }, change.id);
  return (TableName: string): Write[] => [
    {
      Put: {
        TableName,
        Item: nowItem.item({ ...version, units: units && mutable(units) }),
        ...stillThere(wanted, version),
      },
    },
    {
      Put: {
        TableName,
        Item: versionItem.item(version, version.version),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    ...(applied ? [applying(TableName, applied)] : []),
  ];
}

const mutable = (units: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(units).map(([account, path]) => [account, [...path]]));

/** Makes settings the ones that count, on the ledger with who, what and why; the hash is that of the whole. */
async function write(work: Work, wanted: NewVersion): Promise<{ version: Version; what: string[] }> {
  const { on, before, change, settings, by, second, reason } = wanted;
  const version: Version = { version: on + 1, settings, by, second, reason, at: work.now(), reset: resetOf() };
  const what = changesIn(before, settings);
  const detail = { version: version.version, by, second, reason, what, sha256: hashOf(settings), change: change?.id };
  const entry = { kind: 'settings', actor: by, what: `version ${version.version} of the settings`, detail } as const;
  try {
    await note(work, entry, writes(wanted, version, await unitsFor(work, settings)));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    throw new Refused('Somebody else changed the settings a moment before you: look at them and try again.', {
      cause: error,
    });
  }
  return { version, what };
}

/** Makes settings the ones that count, and says so. */
export async function keep(work: Work, wanted: NewVersion): Promise<Version> {
  const { version, what } = await write(work, wanted);
  await announce(work, changedMessage(version, what));
  return version;
}

/** What the settings were that a reset makes void; the configuration's where they cannot be read. */
async function voided(work: Work): Promise<Settings> {
  const now = await nowItem.find(work.settings).catch(() => null);
  return now?.settings ?? settingsOf(config());
}

/** Puts a reset by the deployment on record, once, and announces it. Returns whether there was one. */
export async function recordReset(work: Work): Promise<boolean> {
  const reason = config().settingsReset?.reason;
  if (!reason || (await readSettings(work)).reset === 'none') return false;
  const item = await work.settings.get(nowItem.key());
  const head = await headItem.find(work.settings, settingsLedger);
  // Where the version cannot be read: there are at least as many entries as versions.
  const on = z.int().safeParse(item?.version).data ?? head?.sequence ?? 0;
  const settings = settingsOf(config());
  const before = await voided(work);
  const wanted = { on, over: 'anything', before, settings, by: 'deployment', second: null, reason } as const;
  const { version, what } = await write(work, wanted);
  await announce(work, resetMessage(version, what));
  return true;
}

/** Settings that differ by unit count only once somebody knows which accounts are in them: a configuration that names units is put into the table. */
export async function seed(work: Work): Promise<void> {
  if (Object.keys(config().inUnits).length === 0) return;
  const { version: on, settings } = await base(work);
  if (on > 0) return;
  const reason = 'the configuration names organisational units';
  await keep(work, { on, over: 'that version', before: settings, settings, by: 'deployment', second: null, reason });
}

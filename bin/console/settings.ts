import * as z from 'zod';
import { settingsOf } from '../../lib/domain/settings.ts';
import { changesIn } from '../../lib/domain/settings-changes.ts';
import { partitionOf } from '../../lib/items/incident.ts';
import { entryItem } from '../../lib/items/ledger.ts';
import { modeItem } from '../../lib/items/mode.ts';
import {
  changeItem,
  nowItem,
  settingsLedger,
  settingsPartition,
  type Version,
  versionItem,
} from '../../lib/items/settings.ts';
import { hashOf } from '../../lib/record/hash.ts';
import { ledgerOf } from '../../lib/record/incident.ts';
import { configurationIn } from './configuration.ts';
import { decide } from './decisions.ts';
import { findDeployment } from './deployment.ts';
import { Failure } from './verb.ts';

/** What a change answers: it counts, or somebody else has to agree. */
const Answered = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('changed'), version: z.int(), by: z.string(), second: z.string().nullable() }),
  z.object({
    outcome: z.literal('proposed'),
    version: z.int(),
    by: z.string(),
    change: z.string(),
    widens: z.array(z.string()),
    expiresAt: z.string(),
  }),
]);
export type Answered = z.infer<typeof Answered>;

/** The version that counts, with the units of accounts; null as long as the table has none. */
export async function settingsNow(stack: string) {
  const { settings } = await findDeployment(stack);
  return nowItem.find(settings());
}

/** The same without the units. */
export async function versionNow(stack: string): Promise<Version | null> {
  const now = await settingsNow(stack);
  if (!now) return null;
  const { units: _, ...version } = now;
  return version;
}

/** How the mode was switched last, before there were settings in a table of their own too. */
export async function modeNow(stack: string) {
  const { settings, table } = await findDeployment(stack);
  const now = await nowItem.find(settings());
  if (now) return { mode: now.settings.mode, by: now.by, at: now.at, version: now.version };
  const earlier = await modeItem.find(table);
  return { mode: null, by: null, at: null, ...earlier, version: 0 };
}

interface Wish {
  readonly settings: unknown;
  readonly reason: string;
  /** The version it was made of; null for the one that counts now. */
  readonly on: number | null;
}

/** Asks the deployment for other settings: what is left out stays as it is. */
export async function setSettings(stack: string, { settings, reason, on }: Wish): Promise<Answered> {
  const version = on ?? (await versionNow(stack))?.version ?? 0;
  return decide(stack, { action: 'set', on: version, settings, reason }, Answered, 'SettingsUrl');
}

export const approveChange = (stack: string, change: string): Promise<Answered> =>
  decide(stack, { action: 'approve', change }, Answered, 'SettingsUrl');

/** Changes that wait for a second person. */
export async function pendingChanges(stack: string) {
  const { settings } = await findDeployment(stack);
  const items = await settings().all(settingsPartition);
  const now = nowItem.sorted(items).values[0]?.version ?? 0;
  const waiting = changeItem
    .sorted(items)
    .values.filter(
      ({ state, on, expiresAt }) => state === 'PENDING' && on === now && expiresAt > new Date().toISOString(),
    );
  return waiting.map(({ id, by, reason, at, expiresAt, what, widens }) => ({
    id,
    by,
    reason,
    at,
    expiresAt,
    what,
    widens,
  }));
}

/** Where the configuration in a file, or in cdk.json, and the table differ: `-` is what only the configuration says. */
export async function differences(stack: string, file: string | null) {
  const [configured, now] = await Promise.all([configurationIn(file), versionNow(stack)]);
  if (!now) return { version: 0, lines: [] };
  return { version: now.version, lines: changesIn(settingsOf(configured), now.settings) };
}

const Detail = z.looseObject({
  version: z.int().optional(),
  by: z.string().optional(),
  second: z.string().nullish(),
  reason: z.string().optional(),
  what: z.array(z.string()).default([]),
  sha256: z.string().optional(),
  change: z.string().optional(),
});

/** Every change there was, from the ledger, and what does not hold: the chain, or a version that is not what the ledger says. */
export async function history(stack: string) {
  const { settings } = await findDeployment(stack);
  const table = settings();
  const [entries, items] = await Promise.all([table.all(partitionOf(settingsLedger)), table.all(settingsPartition)]);
  const changes = entryItem.all(entries).map(({ sequence, at, actor, what, detail }) => {
    const { sha256, version = null, second = null, reason = '', change = null, what: lines } = Detail.parse(detail);
    return { sequence, at, by: actor, what, version, second, reason, change, lines, sha256: sha256 ?? null };
  });
  const chain = entries.length > 0 ? ledgerOf(entries).because : null;
  const recorded = new Map(changes.flatMap(({ version, sha256 }) => (version && sha256 ? [[version, sha256]] : [])));
  const now = nowItem.sorted(items).values[0];
  const newest = Math.max(0, ...recorded.keys());
  const faults = [
    ...(chain ? [`the ledger of the settings does not hold: ${chain}`] : []),
    ...(newest !== (now?.version ?? 0)
      ? [`the ledger ends with version ${newest}, and version ${now?.version ?? 0} is in the table`]
      : []),
    ...[...versionItem.sorted(items).values, ...(now ? [now] : [])]
      .filter(({ version, settings: said }) => recorded.get(version) !== hashOf(said))
      .map(({ version }) => `version ${version} is not as the ledger has it: it was changed`),
  ];
  return { changes, faults: [...new Set(faults)] };
}

/** Settings in a file: the whole of them, or those that are to change. */
export async function settingsIn(file: string): Promise<unknown> {
  const { readFile } = await import('node:fs/promises');
  try {
    const { $schema: _, ...given } = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
    return given;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? 'should hold one JSON object' : (cause as Error).message;
    throw new Failure(`${file}: ${why}`, { cause });
  }
}

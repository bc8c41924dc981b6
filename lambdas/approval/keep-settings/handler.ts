import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Approver } from '../../../lib/domain/approval.ts';
import { stackChanged } from '../../../lib/domain/deployed.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { ConfigError, parseSettings } from '../../../lib/domain/parse-config.ts';
import { type Settings, settingsOf } from '../../../lib/domain/settings.ts';
import { changesIn } from '../../../lib/domain/settings-changes.ts';
import { widens } from '../../../lib/domain/widens.ts';
import { type Change, changeItem, nowItem, type Version } from '../../../lib/items/settings.ts';
import { answer, Id } from '../../runtime/approver.ts';
import { config } from '../../runtime/environment.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import type { Standing } from '../../runtime/settings.ts';
import { announce } from '../announce.ts';
import { base, keep, note, recordReset, seed } from './keep.ts';
import { differsMessage, proposedMessage } from './message.ts';
import { unitsNow } from './units.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

/** Milliseconds in which a second person may agree. */
const patience = 24 * 3_600_000;

/** As many characters as a message and an entry of the ledger show whole. */
const Reason = z.string().trim().min(3).max(1000);

const Request = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('set'),
    on: z.int(),
    settings: z.record(z.string(), z.unknown()),
    reason: Reason,
  }),
  z.strictObject({ action: z.literal('approve'), change: Id }),
]);
type Set = Extract<z.infer<typeof Request>, { action: 'set' }>;

function parse(settings: unknown): Settings {
  try {
    return parseSettings(settings, { file: 'settings' });
  } catch (error) {
    throw error instanceof ConfigError ? new Refused(error.message, { cause: error }) : error;
  }
}

/** Only approvers of all accounts change what counts in all of them. */
function refuseOthers({ settings }: Standing, { name }: Approver): void {
  if (settings.approvers.some((approver) => approver.name === name)) return;
  throw new Refused('You approve in some accounts only: settings are changed by an approver of all.');
}

const stale = (on: number, version: number): string =>
  `This is a change of version ${on}, and version ${version} counts now: look at it (tourniquet settings show) and make the change anew.`;

const done = ({ version, by, second }: Version) => ({ outcome: 'changed', version, by, second, change: null });

async function propose(work: Work, change: Change) {
  const { id, by, on, what, widens: because, reason } = change;
  const detail = { change: id, on, what, widens: because, reason };
  const entry = { kind: 'settings', actor: by, what: 'proposed a change of the settings', detail } as const;
  const Item = changeItem.item(change, id);
  await note(work, entry, (TableName) => [
    { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
  ]);
  await announce(work, proposedMessage(change));
  return { outcome: 'proposed', version: on, by, change: id, widens: because, expiresAt: change.expiresAt };
}

async function set(work: Work, request: Set, approver: Approver): Promise<object> {
  const standing = await base(work);
  refuseOthers(standing, approver);
  const { version: on, settings: before } = standing;
  if (request.on !== on) throw new Refused(stale(request.on, on));
  // What is left out stays as it is; what is there is parsed as the configuration is.
  const settings = parse({ ...before, ...request.settings });
  const what = changesIn(before, settings);
  if (what.length === 0) throw new Refused('These are the settings already: nothing was changed.');
  const { name: by } = approver;
  const { reason } = request;
  const at = work.now();
  const because = widens(before, settings, at.slice(0, 10));
  if (because.length === 0)
    return done(await keep(work, { on, over: 'that version', before, settings, by, second: null, reason }));
  if (before.approvers.length < 2)
    throw new Refused(
      `This takes two people (${because.join('; ')}), and there is one approver. Deploy the configuration with a second one; where settings are in their table already, with "settingsReset" too.`,
    );
  const expiresAt = new Date(Date.parse(at) + patience).toISOString();
  const id = randomBytes(8).toString('hex');
  return propose(work, { id, on, settings, by, reason, at, expiresAt, what, widens: because, state: 'PENDING' });
}

async function approve(work: Work, id: string, approver: Approver): Promise<object> {
  const standing = await base(work);
  refuseOthers(standing, approver);
  const change = await changeItem.find(work.settings, id);
  if (!change) throw new Refused('There is no such change. Copy the id from the message.');
  const { on, by, reason, settings, state, expiresAt } = change;
  if (state !== 'PENDING') throw new Refused('This change was approved before.');
  if (work.now() >= expiresAt) throw new Refused(`This change expired at ${expiresAt}: it has to be proposed again.`);
  if (on !== standing.version) throw new Refused(stale(on, standing.version));
  if (by === approver.name) throw new Refused('You proposed this yourself; another approver must agree.');
  const wanted = {
    on,
    over: 'that version',
    before: standing.settings,
    settings,
    by,
    second: approver.name,
    reason,
    change,
  } as const;
  return done(await keep(work, wanted));
}

async function act(work: Work, asked: unknown, approver: Approver): Promise<object> {
  const request = Request.parse(asked);
  await recordReset(work);
  return request.action === 'set' ? set(work, request, approver) : approve(work, request.change, approver);
}

/** Once a day and after each deployment: a reset goes on record, units of the configuration count, and accounts that moved are found in their new units. */
async function tend(work: Work): Promise<object> {
  const reset = await recordReset(work);
  await seed(work);
  const now = await nowItem.find(work.settings);
  const units = now && (await unitsNow(work, now.settings));
  if (!now || !units) return { reset, accounts: 0 };
  await work.settings.update(nowItem.key(), {
    UpdateExpression: 'SET units = :units',
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':units': units, ':version': now.version },
  });
  logger.info('The units of all accounts were read', { accounts: Object.keys(units).length });
  return { reset, accounts: Object.keys(units).length };
}

/** Says, after a deployment, in what its settings differ from those that count. */
async function compareDeployed(work: Work): Promise<void> {
  const now = await nowItem.find(work.settings);
  const what = now ? changesIn(now.settings, settingsOf(config())) : [];
  if (now && what.length > 0) await announce(work, differsMessage(now, what));
}

const ByRule = z.looseObject({ 'detail-type': z.string() });

export const handler = serveEntrance(async (event, work) => {
  const called = ByRule.safeParse(event).data;
  if (called) {
    const tended = await tend(work);
    if (called['detail-type'] === stackChanged) await compareDeployed(work);
    return tended;
  }
  return answer(event, work, (asked, approver) => act(work, asked, approver));
}, attempts);

import { DeleteScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { idOf } from '../../../lib/domain/clock/obligation.ts';
import { tipItem } from '../../../lib/items/checkpoint.ts';
import { listItem, listPartition, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { type CustodyRecord, custodyRecords } from '../../../lib/record/custody.ts';
import { ledgerOf } from '../../../lib/record/incident.ts';
import { lookAtSnapshots, newsOf } from '../../record/snapshots.ts';
import { catchUpIn, publish } from '../../runtime/channels.ts';
import { environment } from '../../runtime/environment.ts';
import { isGone } from '../../runtime/errors.ts';
import { append } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { alarmsOf, readClocks, type Standing } from '../clocks.ts';
import { type Alarm, arm, isLookAgain, scheduleName } from '../schedules.ts';
import { newsOfDetectors, rememberDetectors } from './detectors.ts';
import { each } from './each.ts';
import { clockSweep } from './entrance.ts';
import { newsOfMembers, rememberMembers } from './members.ts';
import { againstCheckpoint, differenceOf, isOver, pageOf, type Swept, watched } from './plan.ts';
import { brokenRules, forwarderNews, remember } from './watch.ts';

/** What fails today is tried again tomorrow; until then the SDK's attempts are all there are. */
const attempts = 3;

async function schedulesOf(work: Work): Promise<string[]> {
  const client = work.client(SchedulerClient);
  const names: string[] = [];
  let from: { NextToken?: string } = {};
  do {
    const query = new ListSchedulesCommand({ GroupName: environment('SCHEDULE_GROUP'), ...from });
    const { Schedules = [], NextToken } = await client.send(query);
    names.push(...Schedules.flatMap(({ Name }) => (Name && !isLookAgain(Name) ? [Name] : [])));
    from = NextToken ? { NextToken } : {};
  } while (from.NextToken);
  return names;
}

async function remove(work: Work, Name: string): Promise<void> {
  const command = new DeleteScheduleCommand({ GroupName: environment('SCHEDULE_GROUP'), Name });
  await work
    .client(SchedulerClient)
    .send(command)
    .catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
}

/** One incident as the sweep saw it. */
interface SweptIncident {
  readonly incident: string;
  readonly clocks: Standing;
  /** Why its chain does not hold; null where it does, and where it is over. */
  readonly flaw: string | null;
  /** Its evidence; of what is over as long as it is to be locked. */
  readonly evidence: readonly CustodyRecord[];
}

async function look(work: Work, incident: string, state: string): Promise<SweptIncident> {
  const pk = partitionOf(incident);
  const clocks = await readClocks(work, incident);
  const items = await work.table.query(pk, 'LEDGER');
  const evidence = watched(custodyRecords(entryItem.all(items)), state, work.now());
  if (isOver(state)) return { incident, clocks, flaw: null, evidence };
  const { because } = ledgerOf(items);
  // An entry written between two pages of the answer looks like a break; a true one is still there.
  return { incident, clocks, evidence, flaw: because && (await chainOf(work, pk)).because };
}

async function chainOf({ table }: Work, pk: string) {
  return ledgerOf(await table.query(pk, 'LEDGER'));
}

/** Snapshots that are not as they were taken, which nobody was told yet: on the ledger, and a line for each. */
async function missed(work: Work, { incident, evidence }: SweptIncident): Promise<string[]> {
  const seen = await lookAtSnapshots(work, clockSweep.operations.run, evidence, incident);
  const news = newsOf(evidence, seen);
  const lines = news.map(({ id, found, because = '' }) => `${incident} ${id} is ${found}${because && `: ${because}`}`);
  if (news.length === 0) return [];
  const what = `evidence no longer matches its record: ${lines.join('; ')}`;
  await append(work.table, incident, { kind: 'check', actor: 'clock-sweep', what, detail: { verified: news } });
  return lines;
}

async function repair(work: Work, alarm: Alarm): Promise<string> {
  const { incident, regime, report } = alarm.input;
  await arm(work, alarm);
  const what = `the clock of ${regime}/${report} was missing, and is set again`;
  await append(work.table, incident, { kind: 'check', actor: 'clock-sweep', what, detail: { ...alarm } });
  return `${incident} ${regime}/${report}`;
}

async function accuse(work: Work, { incident, flaw }: SweptIncident): Promise<string> {
  const what = `the hash chain of this ledger is broken: ${flaw}`;
  await append(work.table, incident, { kind: 'check', actor: 'clock-sweep', what, detail: { because: flaw } });
  return `${incident} is broken: ${flaw}`;
}

const namesOf = ({ incident, clocks }: SweptIncident): string[] =>
  clocks.obligations.map(({ regime, report }) => scheduleName(incident, regime, report));

/** The alarm of each clock that has something left to tell, with what people call it. */
const wantedBy = ({ clocks }: SweptIncident, now: string) =>
  alarmsOf(clocks, clocks.obligations, now).map((alarm) => ({
    ...alarm,
    incident: clocks.incident,
    obligation: idOf(alarm.input),
  }));

const self = (name: string): string => name;

/** Sets what is not set, takes away what is no longer needed or nobody's, and sets all others to the time the record says. */
async function mend(
  work: Work,
  schedules: readonly string[],
  seen: readonly SweptIncident[],
  unread: readonly string[],
) {
  const now = work.now();
  const alarms = seen.flatMap((one) => wantedBy(one, now));
  const { missing, done, orphans } = differenceOf(schedules, new Set(seen.flatMap(namesOf)), alarms);
  const nameOf = ({ incident, obligation }: (typeof alarms)[number]): string => `${incident} ${obligation}`;
  // Of an incident that could not be read whole nobody knows what belongs to it.
  const strays = orphans.filter((name) => !unread.some((incident) => name.startsWith(incident)));
  const others = alarms.filter((one) => !missing.includes(one));
  const repaired = await each(missing, nameOf, (alarm) => repair(work, alarm));
  const set = await each(others, nameOf, (alarm) => arm(work, alarm));
  const removed = await each(strays, self, (name) => remove(work, name).then(() => name));
  const cleared = await each(done, self, (name) => remove(work, name));
  const failed = [repaired, set, removed, cleared].flatMap((one) => one.failed);
  return { repaired: repaired.done, orphans: removed.done, failed };
}

/**
 * Looks at every incident: sets clocks that are not set, deletes schedules of no obligation, and recomputes the chains of those that are
 * not over. What it mended or found broken is on the ledger and pages.
 */
async function sweepIncidents(work: Work): Promise<Omit<Swept, 'deaf' | 'forwarders' | 'members' | 'detectors'>> {
  // The schedules first: an obligation is written before its schedule, so that none of a new incident is taken for nobody's.
  const schedules = await schedulesOf(work);
  // Before the list: an incident may be added in between, and none goes.
  const newest = await tipItem.find(work.table);
  const listed = await work.table.query(listPartition);
  const idIn = (item: Item): string => String(item.incident);
  const seen = await each(listed, idIn, (item) => look(work, idIn(item), listItem.read(item).state));
  const whole = new Set(seen.done.filter(({ clocks }) => clocks.unread.length === 0).map(({ incident }) => incident));
  const unread = listed.map(idIn).filter((incident) => !whole.has(incident));
  const unreadable = seen.done.flatMap(({ incident, clocks }) =>
    clocks.unread.map(({ because }) => `${incident}: ${because}`),
  );
  const { repaired, orphans, failed } = await mend(work, schedules, seen.done, unread);
  const flawed = seen.done.filter(({ flaw }) => flaw !== null);
  const late = await each(
    listed,
    (item) => `messages of ${idIn(item)} in Slack`,
    (item) => catchUpIn(work, idIn(item)),
  );
  const broken = await each(
    flawed,
    ({ incident }) => incident,
    (one) => accuse(work, one),
  );
  const evidence = await each(
    seen.done,
    ({ incident }) => `snapshots of ${incident}`,
    (one) => missed(work, one),
  );
  return {
    incidents: listed.length,
    evidence: evidence.done.flat(),
    repaired,
    orphans,
    broken: broken.done,
    vanished: againstCheckpoint(newest?.tip ?? null, listed.length, work.now()),
    failed: [...seen.failed, ...unreadable, ...failed, ...late.failed, ...broken.failed, ...evidence.failed],
  };
}

export const handler = serveEntrance(async (_, work) => {
  const [incidents, rules, news, members, detectors] = await Promise.all([
    sweepIncidents(work),
    brokenRules(work),
    forwarderNews(work),
    newsOfMembers(work),
    newsOfDetectors(work),
  ]);
  const swept: Swept = {
    ...incidents,
    deaf: rules.broken,
    forwarders: news.told.flatMap(({ says }) => says ?? []),
    members: members.news.flatMap(({ says }) => says ?? []),
    detectors: detectors.news.flatMap(({ says }) => says ?? []),
    failed: [incidents, rules, news, members, detectors].flatMap(({ failed }) => failed),
  };
  const page = pageOf(swept);
  if (page) await publish(work, page.subject, page.text);
  await Promise.all([
    remember(work, news.told),
    rememberMembers(work, members.news),
    rememberDetectors(work, detectors.news),
  ]);
  logger.info('Swept', { swept });
  return swept;
}, attempts);

import { isDenied, sentence } from '../../runtime/errors.ts';
import { late } from './again.ts';
import type { Context, Room } from './files.ts';
import { type History, history } from './history.ts';
import { count, type Found, few, found, period, type Span } from './plan.ts';
import type { Rows } from './taken.ts';
import { type Seen, type Taken, takeTrail, trailsIn } from './trails.ts';

function historyWords({ events, asked, regions, denied }: History): string {
  if (denied) return `event history: ${denied}`;
  const whose = few(asked.map(({ value }) => value));
  return `event history of 90 days: ${count(events, 'call')} of or on ${whose} in ${regions.join(' and ')}; other Regions were not read`;
}

const trailWords = ({ trail, where, sealed, listed }: Taken): string =>
  `trail ${trail.Name}: ${sealed.length} of ${count(listed, 'file')} in ${where}`;

function auditRow(past: History, taken: readonly Taken[], span: Span): Found {
  const sealed = past.sealed.length + taken.reduce((sum, one) => sum + one.sealed.length, 0);
  const none = 'no trail records here: data events, and what is older, are kept nowhere';
  const words = [historyWords(past), ...(taken.length > 0 ? taken.map(trailWords) : [none]), late].join('; ');
  const left = [...past.gaps.map(({ command }) => command), ...taken.flatMap(({ commands }) => commands)];
  const tooMuch = taken.filter(({ left: files }) => files.length > 0);
  const trouble = [
    ...new Set(past.gaps.map(({ because }) => `event history: ${because}`)),
    ...taken.flatMap(({ failed }) => few(failed) || []),
    ...tooMuch.map(({ trail, left: files }) => `trail ${trail.Name}: no room for ${count(files.length, 'file')}`),
  ];
  const state = past.denied && sealed === 0 ? 'denied' : 'available';
  return found('audit', state, words, { sealed, left, trouble, ...(state === 'available' ? period(span) : {}) });
}

/** Calls to KMS and Secrets Manager are calls that manage: they are where those are (CloudTrail user guide, "Management events"). */
const keyRow = ({ state, from, to }: Found): Found =>
  found('key', state, 'calls to KMS and Secrets Manager are among those of the audit log', { from, to });

/** Calls on objects are recorded where a trail says so, and nowhere else. */
function storageRow(seen: readonly Seen[], span: Span): Found {
  const recording = seen.filter(({ objects }) => objects === 'recorded');
  const names = few(recording.map(({ trail }) => trail.Name ?? ''));
  if (recording.some(({ state }) => state === 'logging'))
    return found('storage', 'available', `data events of S3 are in the files of trail ${names}`, period(span));
  if (recording.length === 0)
    return found('storage', 'not enabled', 'no trail records what was done with objects of S3');
  const since = recording.map(({ stoppedAt }) => stoppedAt?.getTime() ?? 0);
  const from = new Date(Math.max(span.from.getTime(), ...since)).toISOString();
  return found('storage', 'gap', `trail ${names}, which records data events of S3, is stopped`, { from });
}

/** What CloudTrail has: of the audit log, of keys, and of objects of S3. */
export async function audit(context: Context, span: Span, room: Room): Promise<Rows> {
  const [past, seen] = await Promise.all([history(context, span), trailsIn(context).catch((error: unknown) => error)]);
  const trails = Array.isArray(seen) ? (seen as Seen[]) : [];
  const taken: Taken[] = [];
  for (const one of trails) taken.push(await takeTrail(context, one, span, room));
  const own = auditRow(past, taken, span);
  const asked = Array.isArray(seen) ? null : `which trails there are: ${sentence(seen)}`;
  const row = asked ? { ...own, words: `${own.words}; ${asked}`, trouble: [...own.trouble, asked] } : own;
  const storage = asked ? found('storage', isDenied(seen) ? 'denied' : 'gap', asked) : storageRow(trails, span);
  const sealed = [...past.sealed, ...taken.flatMap((one) => one.sealed)];
  return { rows: [row, keyRow(row), storage], sealed, recent: past.recent };
}

import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Kind, LogRow } from '../../../lib/domain/logs.ts';
import type { Target } from '../../targets/target.ts';

/** Milliseconds. */
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Ahead of the first sign: what led to it. */
const ahead = hour;
/** Days of files that are listed: what is older is left. */
const mostDays = 31;
/** How long after a call CloudTrail may deliver it; flow logs are as late (CloudTrail user guide, "How CloudTrail works"). */
export const lag = 15 * minute;

/** What an earlier look has sealed: only what is new is taken then. */
export interface Earlier {
  /** When it looked. */
  readonly at: Date;
  /** ARNs of the files. */
  readonly files: ReadonlySet<string>;
  /** Ids of the calls of the last minutes. */
  readonly calls: ReadonlySet<string>;
}

export interface Span {
  readonly from: Date;
  readonly to: Date;
  readonly earlier?: Earlier;
}

/** The time that is read: the second time what may have come late, and what has come since. */
export const reading = ({ from, to, earlier }: Span): Span =>
  earlier ? { from: new Date(Math.max(from.getTime(), earlier.at.getTime() - lag)), to, earlier } : { from, to };

/** Names of what is sealed the second time differ from the first. */
export const later = ({ earlier }: Span): string => (earlier ? '-later' : '');

/** The time of which logs are wanted: from an hour before the first sign until now. */
export function spanOf(finding: Pick<Finding, 'firstSeen'> | null, openedAt: string, now: string): Span {
  const to = Date.parse(now);
  const sign = Date.parse(finding?.firstSeen ?? openedAt);
  const from = Math.max((Number.isNaN(sign) ? to : Math.min(sign, to)) - ahead, to - mostDays * day);
  return { from: new Date(from), to: new Date(to) };
}

/** By what CloudTrail's event history is asked for somebody. */
export interface Asked {
  readonly key: 'AccessKeyId' | 'Username' | 'ResourceName';
  readonly value: string;
}

/** The session of an instance, a function or a task has its name (IAM user guide, "Session names of AWS services"). */
function ownNames(target: Target): Asked[] {
  if (target.kind === 'user') return [{ key: 'Username', value: target.id }];
  if (target.kind === 'role-session') return target.session ? [{ key: 'Username', value: target.session }] : [];
  const name = target.id.split('/').at(-1) ?? target.id;
  return [
    { key: 'Username', value: name },
    { key: 'ResourceName', value: name },
  ];
}

/** Series of calls that are asked for: each takes its time, and two go in a second. */
const mostAsked = 5;

/** Whose calls concern the incident: the target's own, those on it, and those of whom the finding names. */
export function askedOf(target: Target, finding: Pick<Finding, 'targets'> | null): Asked[] {
  const named = finding?.targets ?? [];
  const keys = named.filter(({ kind }) => kind === 'access-key').map(({ id }) => id);
  const names = named.flatMap(({ principal }) =>
    principal ? [principal.session ?? (principal.kind === 'iam-user' ? principal.name : null)] : [],
  );
  const all: Asked[] = [
    ...ownNames(target),
    ...keys.map((value) => ({ key: 'AccessKeyId' as const, value })),
    ...names.flatMap((value) => (value ? [{ key: 'Username' as const, value }] : [])),
  ];
  return [...new Map(all.map((one) => [`${one.key} ${one.value}`, one])).values()].slice(0, mostAsked);
}

/** Each day of a span, as `2026-11-30`. */
export function daysOf({ from, to }: Span): string[] {
  const days: string[] = [];
  for (let at = Math.floor(from.getTime() / day) * day; at <= to.getTime(); at += day)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** How a service names the folder of a day. `dated` is none: the names of files begin with the day. */
export type Layout = 'plain' | 'hive' | 'dated' | 'partitioned';

/**
 * `2026/11/30/`, or `year=2026/month=11/day=30/` (VPC user guide, "Flow log files"); of access logs of S3 `2026-11-30-` or `2026/11/30/2026-11-30-`
 * (S3 user guide, "Log object key format").
 */
export function dayFolder(date: string, layout: Layout): string {
  const [year, month, dayOfMonth] = date.split('-');
  const folders = {
    plain: `${year}/${month}/${dayOfMonth}/`,
    hive: `year=${year}/month=${month}/day=${dayOfMonth}/`,
    dated: `${date}-`,
    partitioned: `${year}/${month}/${dayOfMonth}/${date}-`,
  };
  return folders[layout];
}

/** A file of a log, as S3 lists it. */
export interface LogFile {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** Only what a service of AWS names so: whoever may write into the bucket may put other things there. */
const named = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[\w.-]+\.(?:json|log|log\.parquet)(?:\.gz)?$/;
/** So does S3 name its access logs (S3 user guide, "Log object key format"). */
const accessNamed = /(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-\d{2}-[0-9A-F]{16}$/;

/** The minute that the name of a file tells; null where it is no name of a log. */
function minuteOf(key: string): number | null {
  const [, year, month, date, hours, minutes] = named.exec(key) ?? accessNamed.exec(key) ?? [];
  return year ? Date.parse(`${year}-${month}-${date}T${hours}:${minutes}:00Z`) : null;
}

/** Whether a file may hold something of the span: it has what happened before the minute in its name, or, of flow logs, after it. */
export function isWithin(key: string, { from, to }: Span): boolean {
  const at = minuteOf(key);
  return at !== null && at >= from.getTime() - lag && at <= to.getTime() + lag;
}

export const fileName = (key: string): string => (key.split('/').at(-1) ?? key).replace(/[^\w.=+-]/g, '-');

/** What a kind of log came to, before its row is written. */
export interface Found extends LogRow {
  /** What failed or was too much: somebody has to look. */
  readonly trouble: readonly string[];
}

type Told = Partial<Omit<Found, 'kind' | 'state' | 'words'>>;

/** A row with nothing taken, where nothing else is said. */
export const found = (kind: Kind, state: LogRow['state'], words: string, more: Told = {}): Found => ({
  kind,
  state,
  words,
  from: null,
  to: null,
  sealed: 0,
  left: [],
  trouble: [],
  ...more,
});

export const period = ({ from, to }: Span): Pick<LogRow, 'from' | 'to'> => ({
  from: from.toISOString(),
  to: to.toISOString(),
});

/** Names a sentence lists before it only counts. */
const nameable = 3;

export function few(names: readonly string[]): string {
  const rest = names.length - nameable;
  return `${names.slice(0, nameable).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `1 file`, `3 files`. */
export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** One word of a command that a person may paste: whoever makes a trail chooses its prefix. */
export const shellWord = (text: string): string =>
  /^[\w./:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

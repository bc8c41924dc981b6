import * as z from 'zod';
import { newestOf, type Point } from '../points.ts';

/** Names a sentence shows before it only counts. */
const nameable = 5;

const listed = (names: readonly string[]): string => {
  const rest = names.length > nameable ? ` and ${names.length - nameable} more` : '';
  return `${names.slice(0, nameable).join(', ')}${rest}`;
};

/** A vault as DescribeBackupVault shows its lock. */
export interface Lock {
  readonly Locked?: boolean | undefined;
  readonly LockDate?: Date | undefined;
}

/** A lock without a date is governance mode; with one it is compliance mode, from that moment for good (AWS Backup developer guide, "AWS Backup Vault Lock"). */
export function lockSentence(vault: string, { Locked, LockDate }: Lock, now: string): string {
  if (!Locked) return `The vault ${vault} is not locked: anyone who has the right deletes what lies in it`;
  if (!LockDate)
    return `The vault ${vault} is locked in governance mode: anyone who may remove the lock deletes after that`;
  const at = LockDate.toISOString();
  return at > now
    ? `The vault ${vault} is locked, and in compliance mode from ${at}: until then the lock can be removed`
    : `The vault ${vault} is locked in compliance mode since ${at}: nobody deletes what lies in it before its time`;
}

const arnOf = ({ RecoveryPointArn = 'one without a name' }: Point): string => RecoveryPointArn;

/** Days in which what expires is gone before anybody has looked. */
const soon = 7;

/** What there is, and what of it is about to go. `more`: the list was longer than was read. */
export function pointSentences(points: readonly Point[], now: string, more: 'more' | 'all'): string[] {
  if (points.length === 0) return ['No recovery point lies in it'];
  const things = new Set(points.map(({ ResourceArn }) => ResourceArn)).size;
  const many = `${more === 'more' ? 'More than ' : ''}${points.length}`;
  const end = Date.parse(now) + soon * 86_400_000;
  const going = points.filter(({ CalculatedLifecycle }) => (CalculatedLifecycle?.DeleteAt?.getTime() ?? end) < end);
  const leaving = points.filter(({ Status }) => Status === 'DELETING' || Status === 'EXPIRED');
  return [
    `${many} recovery points of ${things} resources lie in it${newestOf(points)}`,
    ...(going.length > 0 ? [`EXPIRE within ${soon} days by their lifecycle: ${listed(going.map(arnOf))}`] : []),
    ...(leaving.length > 0 ? [`About to be deleted, or expired: ${listed(leaving.map(arnOf))}`] : []),
  ];
}

/** What takes recovery points away, or makes it possible, by the name of the call. */
export const telling = {
  DeleteRecoveryPoint: 'Deleted',
  UpdateRecoveryPointLifecycle: 'Given another time to expire',
  DeleteBackupVaultLockConfiguration: 'Lock removed',
} as const;
export type Telling = keyof typeof telling;

const Told = z.object({
  errorCode: z.string().optional(),
  requestParameters: z.object({ backupVaultName: z.string(), recoveryPointArn: z.string().optional() }),
});

/** A call on record. `record` is CloudTrail's own, as JSON. */
export interface Called {
  readonly name: Telling;
  readonly at: string;
  readonly by: string;
  readonly record: string;
}

/** What the record says of a call that was about this vault; empty for one about another. */
export function calledSentences(vault: string, calls: readonly Called[]): string[] {
  const about = calls.flatMap(({ name, at, by, record }) => {
    const told = Told.safeParse(JSON.parse(record || 'null'));
    if (!told.success || told.data.requestParameters.backupVaultName !== vault) return [];
    const what = told.data.requestParameters.recoveryPointArn ?? vault;
    return [`${telling[name]}${told.data.errorCode ? ' (refused)' : ''}: ${what} by ${by} at ${at}`];
  });
  const rest = about.length - nameable;
  return rest > 0 ? [...about.slice(0, nameable), `… and ${rest} such calls more`] : about;
}

/** Calls that somebody makes regularly where there is nothing wrong, and that a deny of destruction stops. */
export const routine = ['DeleteSnapshot', 'DeleteVolume'] as const;
export type Routine = (typeof routine)[number];

/** What one of them is on record as, newest first; `more`: there are more than were read. */
export interface Deleted {
  readonly name: Routine;
  readonly calls: readonly { readonly at: string; readonly by: string }[];
  readonly more: 'more' | 'all';
}

/** Who else deletes: that stops with a deny in the whole account. CloudTrail keeps 90 days of it (CloudTrail user guide, "Working with CloudTrail event history"). */
export function deletedSentences(all: readonly Deleted[]): string[] {
  const named = all.flatMap(({ name, calls, more }) => {
    const since = calls.at(-1)?.at;
    if (!since) return [];
    const many = `${more === 'more' ? 'more than ' : ''}${calls.length}`;
    return [`${name} ${many} times since ${since}, by ${listed([...new Set(calls.map(({ by }) => by))])}`];
  });
  const never = named.length === 0 ? 'Nobody in this Region has deleted a snapshot or a volume in 90 days' : null;
  const stops = `Who deletes here, and no longer does where destruction is denied in the whole account: ${named.join('; ')}`;
  return [never ?? stops, 'Who regularly deletes objects is in no event history: that stops too'];
}

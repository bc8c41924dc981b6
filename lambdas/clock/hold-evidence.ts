import {
  DescribeLockedSnapshotsCommand,
  EC2Client,
  type LockedSnapshotsInfo,
  LockSnapshotCommand,
} from '@aws-sdk/client-ec2';
import type { Obligation } from '../../lib/domain/clock/obligation.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { Operation } from '../../lib/domain/step.ts';
import { type Extension, extendLock, sealedOf } from '../record/vault-locks.ts';
import { all } from '../runtime/all.ts';
import { config } from '../runtime/environment.ts';
import { append } from '../runtime/ledger.ts';
import type { Work } from '../runtime/pipeline.ts';
import { assume, type Session } from '../runtime/session.ts';

const day = 86_400_000;
const daysAfter = (from: string, days: number): string => new Date(Date.parse(from) + days * day).toISOString();

/** What became of the locks of an incident's evidence. A lock is only ever extended. */
export interface Locks {
  /** ISO 8601 in UTC. */
  readonly until: string;
  readonly extended: readonly string[];
  readonly longEnough: readonly string[];
  readonly failed: readonly { readonly what: string; readonly error: string }[];
}

/** Until when evidence has to stay once a report is filed: as long as its regime asks, else the configured time from now. */
export function keptUntil(obligations: readonly Obligation[], regime: string, now: string): string {
  const kept = obligations.flatMap((one) =>
    one.regime === regime && one.means === 'keep until' && one.dueAt ? [one.dueAt] : [],
  );
  return kept.toSorted().at(-1) ?? daysAfter(now, config().retentionDays);
}

/** Which evidence is to be held, how long, and on whose word. */
export interface Holding {
  readonly incident: string;
  /** ISO 8601 in UTC. */
  readonly until: string;
  readonly by: string;
  /** As it stands on the incident's record; only copies in a member account have an account beside them. */
  readonly evidence: readonly ({ readonly uri: string } | { readonly uri: string; readonly account: string })[];
  /** Of the function that holds it: it assumes the role of that class, with those permissions. */
  readonly operation: Operation<Place>;
}

type Snapshot = Place & { readonly id: string };

/** The snapshots among an incident's evidence; theirs are the ARNs, and the accounts stand beside them. */
const snapshotsIn = ({ evidence }: Holding): Snapshot[] =>
  evidence.flatMap(({ uri, ...rest }) => {
    const [, partition = '', region = '', id = ''] = /^arn:([^:]+):ec2:([^:]+)::snapshot\/(.+)$/.exec(uri) ?? [];
    return id && 'account' in rest ? [{ partition, region, id, account: rest.account }] : [];
  });

/** A lock asked for while the copy was still being made names no end yet (EBS guide, "Considerations for snapshot lock"). */
const endOf = ({ LockExpiresOn, LockCreatedOn, LockDuration = 0 }: LockedSnapshotsInfo): string | null =>
  LockExpiresOn?.toISOString() ?? (LockCreatedOn ? daysAfter(LockCreatedOn.toISOString(), LockDuration) : null);

async function extendSnapshot(session: Session, id: string, until: string): Promise<Extension> {
  const ec2 = session.client(EC2Client);
  const { Snapshots = [] } = await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [id] }));
  const [lock] = Snapshots;
  const end = lock && endOf(lock);
  if (end && end >= until) return 'long enough';
  const LockMode = lock?.LockState?.startsWith('compliance') ? 'compliance' : 'governance';
  await ec2.send(new LockSnapshotCommand({ SnapshotId: id, LockMode, ExpirationDate: new Date(until) }));
  return 'extended';
}

type Job = readonly [what: string, job: () => Promise<Extension>];

/** How each lock is extended: of everything in the vault, and of the snapshots on record. */
async function jobsOf(work: Work, holding: Holding): Promise<Job[]> {
  const { incident, until, operation } = holding;
  const sealed = await sealedOf(work, incident);
  // One session a place: all snapshots of it are held through the same role.
  const sessions = new Map<string, Promise<Session>>();
  const sessionIn = (place: Place): Promise<Session> => {
    const key = `${place.account} ${place.region}`;
    const session = sessions.get(key) ?? assume(work, operation, place, `filed-${incident}`);
    sessions.set(key, session);
    return session;
  };
  return [
    ...sealed.map((one): Job => [`${one.Key} (version ${one.VersionId})`, () => extendLock(work, one, until)]),
    ...snapshotsIn(holding).map(
      (one): Job => [one.id, async () => extendSnapshot(await sessionIn(one), one.id, until)],
    ),
  ];
}

/**
 * Extends the lock of every piece of evidence of an incident, never shortens one, and puts on the ledger what became of it. What was throttled
 * throws Transient once all the others had their turn.
 */
export async function holdEvidence(work: Work, holding: Holding): Promise<Locks> {
  const { incident, until, by } = holding;
  const done = new Map<string, Extension>();
  const jobs = await jobsOf(work, holding);
  const { failed } = await all(jobs.map(([what, job]) => [what, async () => done.set(what, await job())]));
  const which = (outcome: Extension): string[] => [...done].flatMap(([what, one]) => (one === outcome ? [what] : []));
  const locks = { until, extended: which('extended'), longEnough: which('long enough'), failed };
  if (locks.extended.length + failed.length > 0) {
    const not = failed.length > 0 ? `, ${failed.length} could not be extended` : '';
    const what = `locks of ${locks.extended.length} pieces of evidence extended to ${until}${not}`;
    await append(work.table, incident, {
      kind: 'obligation',
      actor: by,
      what,
      detail: { ...locks, calls: [...work.calls] },
    });
  }
  return locks;
}

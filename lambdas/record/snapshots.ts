import { DescribeLockedSnapshotsCommand, DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { copyFailed } from '../../lib/domain/custody.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { Operation } from '../../lib/domain/step.ts';
import type { CustodyRecord, Verification } from '../../lib/record/custody.ts';
import type { Connects } from '../runtime/clients.ts';
import { sentence } from '../runtime/errors.ts';
import { assume, type Session } from '../runtime/session.ts';

/** Milliseconds: EC2 answers with times of whole seconds. */
const precision = 1000;

/** A snapshot as EC2 shows it now. */
interface Shown {
  readonly state: string;
  readonly because: string;
  readonly lockedUntil: string | null;
  readonly lock: string | null;
}

const idOf = ({ uri }: Pick<CustodyRecord, 'uri'>): string | null =>
  /:snapshot\/(snap-[0-9a-f]+)$/.exec(uri)?.[1] ?? null;

/** Where it lies; nothing for evidence that is no snapshot. */
function placeOf({ uri, account, region }: CustodyRecord): Place | null {
  const [, partition = ''] = uri.split(':');
  return idOf({ uri }) && account && region ? { partition, account, region } : null;
}

async function shownIn(session: Session, SnapshotIds: string[]): Promise<ReadonlyMap<string, Shown>> {
  const ec2 = session.client(EC2Client);
  // By a filter: asked by their ids, EC2 answers nothing at all where one of them is gone.
  const Filters = [{ Name: 'snapshot-id', Values: SnapshotIds }];
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  const there = Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
  // Without ids it lists every lock of the account.
  if (there.length === 0) return new Map();
  const { Snapshots: locked = [] } = await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: there }));
  const locks = new Map(locked.map((one) => [one.SnapshotId ?? '', one]));
  return new Map(
    Snapshots.map(({ SnapshotId = '', State = '', StateMessage = '' }) => {
      const { LockState = null, LockExpiresOn } = locks.get(SnapshotId) ?? {};
      const lockedUntil = LockExpiresOn?.toISOString() ?? null;
      return [SnapshotId, { state: State, because: StateMessage, lockedUntil, lock: LockState }];
    }),
  );
}

const volumeIn = (source = ''): string => source.slice(source.lastIndexOf('/') + 1);

/** What differs from the custody record. EBS and KMS fail after CreateSnapshots has answered; while a copy is pending its lock names no end. */
function flawOf({ lockedUntil, source, region }: CustodyRecord, seen: Shown): string | null {
  if (seen.state === 'error')
    return `EC2 could not make the copy: ${copyFailed(region ?? '', volumeIn(source), seen.because)}`;
  if (!lockedUntil) return null;
  if (!seen.lock || seen.lock === 'expired') return 'it is no longer locked';
  const ends = seen.lockedUntil;
  return ends && Date.parse(ends) + precision < Date.parse(lockedUntil) ? `its lock ends at ${ends}` : null;
}

function judged(record: CustodyRecord, seen: Shown | undefined): Verification {
  const { id } = record;
  if (!seen) return { id, found: 'missing', version: null, lockedUntil: null };
  const because = flawOf(record, seen);
  const now = { id, version: null, lockedUntil: seen.lockedUntil };
  return because ? { ...now, found: 'changed', because } : { ...now, found: 'as recorded' };
}

/**
 * Looks at the snapshots among the evidence of an incident, in the accounts where they lie: whether each is there, was really made, and is locked as long as
 * its custody record says. What could not be read is said so, and holds nothing up.
 */
export async function lookAtSnapshots(
  work: Connects,
  operation: Operation<Place>,
  records: readonly CustodyRecord[],
  run: string,
): Promise<Verification[]> {
  const places = Map.groupBy(records.filter(placeOf), (record) => JSON.stringify(placeOf(record)));
  const looks = [...places].map(async ([place, some]): Promise<Verification[]> => {
    const where = JSON.parse(place) as Place;
    try {
      const session = await assume(work, operation, where, run);
      const shown = await shownIn(
        session,
        some.flatMap((one) => idOf(one) ?? []),
      );
      return some.map((record) => judged(record, shown.get(idOf(record) ?? '')));
    } catch (error) {
      const because = sentence(error);
      return some.map(({ id }) => ({ id, found: 'unreadable', because, version: null, lockedUntil: null }));
    }
  });
  return (await Promise.all(looks)).flat();
}

/** Of what a look at evidence has shown, what is wrong and was not said before: each is told once. */
export function newsOf(evidence: readonly CustodyRecord[], seen: readonly Verification[]): Verification[] {
  return seen.filter(({ id, found, because }) => {
    if (found !== 'changed' && found !== 'missing') return false;
    const last = evidence.find((one) => one.id === id)?.verifications.at(-1);
    return last?.found !== found || last.because !== because;
  });
}

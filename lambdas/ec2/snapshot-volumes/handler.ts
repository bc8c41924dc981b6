import { setTimeout } from 'node:timers/promises';
import { CreateSnapshotsCommand, DescribeSnapshotsCommand, EC2Client, LockSnapshotCommand } from '@aws-sdk/client-ec2';
import { Transient } from '../../../lib/domain/errors.ts';
import { incidentTag } from '../../../lib/domain/marks.ts';
import { config } from '../../runtime/environment.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import { logger } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { acquirer } from '../../runtime/vault.ts';
import {
  type Copied,
  copiesOf,
  daysAfter,
  type Listed,
  type Lock,
  nothingToCopy,
  resultOf,
  type Shown,
  standingSet,
  takenFrom,
  together,
} from './plan.ts';
import { type OnDisk, type SnapshotsTaken, snapshotVolumes } from './step.ts';

/**
 * Hours in which a lock in compliance mode may still be lifted, of the 72 that EC2 takes at most: a snapshot taken by mistake costs until its
 * lock ends, and afterwards nobody can end it sooner (EC2 API reference, LockSnapshot, CoolOffPeriod).
 */
const coolOff = 24;

/** Milliseconds before a throttled lock is tried a second and last time. */
const breath = 1000;

/** CreateSnapshots takes no client token (EC2 API), so what makes a replay safe is the tag: the set is looked for first. */
async function find(ec2: EC2Client, { id, volumes }: Copied, incident: string): Promise<readonly Listed[]> {
  const ids = volumes.map(({ id }) => id);
  const { Snapshots = [] } = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [
        { Name: `tag:${incidentTag}`, Values: [incident] },
        // An incident may have several instances; where the volumes are not known, the words of the copy tell.
        ids.length > 0 ? { Name: 'volume-id', Values: ids } : { Name: 'description', Values: [wordsFor(id, incident)] },
      ],
    }),
  );
  return Snapshots;
}

const wordsFor = (id: string, incident: string): string => `Evidence of ${id} in incident ${incident}`;

/** One call for all volumes: crash-consistent over the whole instance (EC2 API, CreateSnapshots). */
const creating = (
  { id }: Pick<Copied, 'id'>,
  incident: string,
  more: object = { CopyTagsFromSource: 'volume' },
): CreateSnapshotsCommand =>
  new CreateSnapshotsCommand({
    InstanceSpecification: { InstanceId: id, ExcludeBootVolume: false },
    Description: wordsFor(id, incident),
    TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: incidentTag, Value: incident }] }],
    ...more,
  });

/** With the tags of the volumes; without them where one more would be too many, since the call then copies nothing (EC2 guide, "Tag restrictions": 50). */
async function create(ec2: EC2Client, target: Copied, incident: string): Promise<readonly Listed[]> {
  const made = await ec2.send(creating(target, incident)).catch((error: Error) => {
    if (error.name !== 'TagLimitExceeded') throw error;
    logger.warn('The tags of the volumes are not copied: they are too many', error);
    return ec2.send(creating(target, incident, {}));
  });
  return made.Snapshots ?? [];
}

/**
 * Locks a snapshot, also while it is still pending; then EC2 counts the days from its completion and names no end yet (EBS guide,
 * "Considerations for snapshot lock"), so the end counted from now is the least that holds. A lock that cannot be had is part of the
 * result: the copy exists all the same, and must be on record.
 */
async function lock(
  ec2: EC2Client,
  SnapshotId: string,
  now: string,
  attempt: 'first' | 'last' = 'first',
): Promise<Lock> {
  try {
    const { retentionDays: LockDuration, lock: LockMode } = config();
    const mode = { LockMode, ...(LockMode === 'compliance' && { CoolOffPeriod: coolOff }) };
    const command = new LockSnapshotCommand({ SnapshotId, LockDuration, ...mode });
    const { LockExpiresOn } = await ec2.send(command);
    return { until: LockExpiresOn?.toISOString() ?? daysAfter(now, LockDuration) };
  } catch (error) {
    if (attempt === 'last' || !(oneOfThree(error) instanceof Transient)) return { error: sentence(error) };
    await setTimeout(breath);
    return lock(ec2, SnapshotId, now, 'last');
  }
}

/** The answer to CreateSnapshots names neither the key nor what fails after it; a set of which this cannot be read stands all the same. */
async function shownOf(ec2: EC2Client, SnapshotIds: string[]): Promise<ReadonlyMap<string, Shown>> {
  // Without ids the call lists every snapshot that anybody has made public (EC2 API reference, DescribeSnapshots).
  if (SnapshotIds.length === 0) return new Map();
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds })).catch((error: unknown) => {
    logger.warn('The snapshots could not be read back', error as Error);
    return { Snapshots: [] };
  });
  return new Map(
    Snapshots.map(({ SnapshotId = '', KmsKeyId: key = null, State, StateMessage = '' }) => [
      SnapshotId,
      { key, failed: State === 'error' ? StateMessage : null },
    ]),
  );
}

/** All volumes of one instance. */
async function takeSet(target: Copied, { run, session, now }: StepContext<OnDisk>): Promise<SnapshotsTaken> {
  const ec2 = session.client(EC2Client);
  const standing = standingSet(await find(ec2, target, run.incident));
  const taken = takenFrom(standing ?? (await create(ec2, target, run.incident)), now());
  const [shown, ...locks] = await Promise.all([
    shownOf(
      ec2,
      taken.map(({ id }) => id),
    ),
    ...taken.map(async ({ id }) => [id, await lock(ec2, id, now())] as const),
  ]);
  return resultOf(target, acquirer(), taken, { locks: new Map(locks), shown, mode: config().lock });
}

const volumesOf = ({ id, volumes }: Copied): string =>
  volumes.map((one) => one.id).join(', ') || `every volume of ${id}`;

export async function takeSnapshots(context: StepContext<OnDisk>): Promise<SnapshotsTaken> {
  const empty = { snapshots: [], evidence: [], failed: [] };
  const nothing = nothingToCopy(context.target);
  if (nothing) return { outcome: 'not-applicable', ...empty, because: nothing };
  const copies = copiesOf(context.target);
  if (context.run.mode === 'observe')
    return { outcome: 'would-take', ...empty, because: `would copy ${copies.map(volumesOf).join(', ')}` };
  return together(await Promise.all(copies.map((one) => takeSet(one, context))));
}

export const handler = serveStep(snapshotVolumes, takeSnapshots, (target, session) =>
  copiesOf(target).map((one) => [
    'ec2:CreateSnapshots',
    () => session.client(EC2Client).send(creating(one, 'check', { DryRun: true })),
  ]),
);

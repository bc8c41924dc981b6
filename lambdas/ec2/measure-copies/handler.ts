import { setTimeout } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { arn } from '../../../lib/domain/resource.ts';
import { olderThan } from '../../backup/older.ts';
import { backupSentences } from '../../backup/points.ts';
import { pointsOf } from '../../backup/points-of.ts';
import { sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import type { Image } from '../image/target.ts';
import { launchableOf } from '../launch-permissions.ts';
import { madeOf } from '../launched-from.ts';
import { sharesIn, whyForeign } from '../shares.ts';
import { type Snapshot, snapshotArns } from '../snapshot/target.ts';
import {
  type Called,
  calledSentences,
  copiedSentence,
  eventsOf,
  keySentence,
  launchedSentence,
  lockSentence,
  madeSentences,
  sharesSentence,
  tellsOfMalware,
  unknownVolume,
} from './plan.ts';
import { type Copy, measureCopies } from './step.ts';

type Looking = Pick<StepContext<Copy>, 'target' | 'session' | 'finding'>;
interface Part {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
}

/** What cannot be read is said to be unknown, with the reason: the question goes out all the same. */
const part = (what: string, read: () => Promise<readonly string[]>): Promise<Part> =>
  read().then(
    (facts) => ({ facts, unknown: [] }),
    (error: unknown) => ({ facts: [], unknown: [`${what}: ${sentence(error)}`] }),
  );

async function snapshotShares({ id: SnapshotId }: Snapshot, session: Session): Promise<string[]> {
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' });
  return [sharesSentence(sharesIn((await session.client(EC2Client).send(command)).CreateVolumePermissions ?? []))];
}

async function imageShares(target: Image, session: Session): Promise<string[]> {
  const { state, ...shares } = await launchableOf(target, session);
  return [sharesSentence(shares), ...(state === 'available' ? [] : [`The image is ${state}`])];
}

async function sharing({ target, session }: Looking): Promise<readonly string[]> {
  const foreign = whyForeign(target);
  if (foreign) return [`The ${target.kind} is not this account's: ${foreign}`];
  return target.kind === 'snapshot' ? snapshotShares(target, session) : imageShares(target, session);
}

async function disk({ target, session }: Looking): Promise<string[]> {
  if (target.kind === 'image') return madeSentences('Its disks are made of', target.snapshots);
  const ec2 = session.client(EC2Client);
  const SnapshotIds = [target.id];
  const [{ Snapshots = [] }, { Snapshots: locks = [] }] = await Promise.all([
    ec2.send(new DescribeSnapshotsCommand({ SnapshotIds })),
    ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds })),
  ]);
  return [keySentence(Snapshots[0]?.KmsKeyId), lockSentence(locks[0])];
}

async function uses({ target, session }: Looking): Promise<string[]> {
  const { instances, volumes, images } = await madeOf(target, session);
  return [
    launchedSentence(instances),
    ...madeSentences('Volumes made of it', volumes),
    ...(target.kind === 'snapshot' ? madeSentences('Images made of it', images) : []),
  ];
}

/** Of a snapshot those of the volume that it is of: they are what there is to restore from. */
async function backups({ target, session, finding }: Looking): Promise<string[]> {
  if (target.kind !== 'snapshot' || !target.volume) return [];
  const { id, volume } = target;
  if (volume === unknownVolume) return [copiedSentence];
  const points = await pointsOf(arn(target, 'ec2', `volume/${volume}`), session);
  const words = backupSentences(points).map((one) => `Its volume ${volume}: ${one}`);
  if (points.length === 0 || !tellsOfMalware(finding)) return words;
  const asked = new DescribeSnapshotsCommand({ SnapshotIds: [id] });
  const [{ StartTime } = {}] = (await session.client(EC2Client).send(asked)).Snapshots ?? [];
  const [RecoveryPointArn = ''] = snapshotArns(target);
  return [...words, ...olderThan({ RecoveryPointArn, CreationDate: StartTime }, points)];
}

/** Templates whose newest or default version starts it: they start nothing once it is disabled. */
async function templates({ target, session }: Looking): Promise<string[]> {
  if (target.kind !== 'image') return [];
  const names = new Set<string>();
  const asked = { Versions: ['$Latest', '$Default'], Filters: [{ Name: 'image-id', Values: [target.id] }] };
  for await (const page of paginateDescribeLaunchTemplateVersions({ client: session.client(EC2Client) }, asked))
    for (const { LaunchTemplateName = '' } of page.LaunchTemplateVersions ?? []) names.add(LaunchTemplateName);
  return madeSentences('Launch templates that start it, and stop doing so once it is disabled', [...names]);
}

/** LookupEvents takes two calls a second for an account and Region (CloudTrail API reference). Milliseconds. */
const pause = 600;

async function history({ target: { kind, id }, session }: Looking): Promise<string[]> {
  const trail = session.client(CloudTrailClient);
  const calls: Called[] = [];
  for (const [nth, name] of eventsOf[kind].entries()) {
    if (nth > 0) await setTimeout(pause);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: name }];
    const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes }));
    for (const { CloudTrailEvent = '', EventTime, Username = '' } of Events)
      if (CloudTrailEvent.includes(`"${id}"`)) calls.push({ name, at: EventTime?.toISOString() ?? '', by: Username });
  }
  return calledSentences(calls);
}

export async function measure(looking: Looking) {
  const parts = await Promise.all([
    part('Whom it is shared with', () => sharing(looking)),
    part('What was launched from it', () => uses(looking)),
    part('Launch templates', () => templates(looking)),
    part('Its disks', () => disk(looking)),
    part('Its backups', () => backups(looking)),
    part('Who shared it, and who has used it', () => history(looking)),
  ]);
  const facts = parts.flatMap((one) => one.facts);
  return { outcome: 'measured' as const, facts, unknown: parts.flatMap((one) => one.unknown) };
}

export const handler = serveStep(measureCopies, measure);

import {
  EC2Client,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import type { Session } from '../runtime/session.ts';
import type { Image } from './image/target.ts';
import type { Launched } from './launched.ts';
import type { Snapshot } from './snapshot/target.ts';

type Copy = Snapshot | Image;

/** What was made of a copy in its account and Region. */
export interface Made {
  readonly images: readonly string[];
  readonly volumes: readonly string[];
  /** Launched from it, from an image of it, or with a volume of it: what was found is on each of their disks. */
  readonly instances: readonly Launched[];
}

/** A request takes at most so many values of a filter (EC2 user guide, "Filtering considerations"). */
const mostValues = 200;

const pagesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / mostValues) }, (_, n) => all.slice(n * mostValues, (n + 1) * mostValues));

/** The images whose disks are made of a snapshot; of an image itself. */
async function imagesOf(copy: Copy, client: EC2Client): Promise<string[]> {
  if (copy.kind === 'image') return [copy.id];
  const Filters = [{ Name: 'block-device-mapping.snapshot-id', Values: [copy.id] }];
  const found: string[] = [];
  for await (const { Images = [] } of paginateDescribeImages({ client }, { IncludeDisabled: true, Filters }))
    found.push(...Images.flatMap(({ ImageId }) => ImageId ?? []));
  return found;
}

/** Volumes made of it, and the instances they are attached to. */
async function volumesOf(copy: Copy, client: EC2Client): Promise<{ volumes: string[]; attached: string[] }> {
  const Values = copy.kind === 'snapshot' ? [copy.id] : copy.snapshots;
  const [volumes, attached]: [string[], string[]] = [[], []];
  if (Values.length === 0) return { volumes, attached };
  const Filters = [{ Name: 'snapshot-id', Values }];
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client }, { Filters })) {
    volumes.push(...Volumes.flatMap(({ VolumeId }) => VolumeId ?? []));
    attached.push(
      ...Volumes.flatMap(({ Attachments = [] }) => Attachments.flatMap(({ InstanceId }) => InstanceId ?? [])),
    );
  }
  return { volumes, attached };
}

async function instancesBy(client: EC2Client, Name: string, all: readonly string[]): Promise<Launched[]> {
  const found: Launched[] = [];
  for (const Values of pagesOf([...new Set(all)]))
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters: [{ Name, Values }] })) {
      const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
      found.push(...instances.map(({ InstanceId: id = '', State }) => ({ id, state: State?.Name ?? 'unknown' })));
    }
  return found;
}

/** Everything that lives of a copy. */
export async function madeOf(copy: Copy, session: Session): Promise<Made> {
  const client = session.client(EC2Client);
  const [images, { volumes, attached }] = await Promise.all([imagesOf(copy, client), volumesOf(copy, client)]);
  const [launched, others] = await Promise.all([
    instancesBy(client, 'image-id', images),
    instancesBy(client, 'instance-id', attached),
  ]);
  const each = new Map([...launched, ...others].map((one) => [one.id, one] as const));
  const alive = [...each.values()].filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
  return { images, volumes, instances: alive };
}

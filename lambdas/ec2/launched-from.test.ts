import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import type { Session } from '../runtime/session.ts';
import { madeOf } from './launched-from.ts';
import type { Snapshot } from './snapshot/target.ts';

const snapshot: Snapshot = {
  kind: 'snapshot',
  id: 'snap-0123456789abcdef0',
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  seenAt: '2026-11-30T10:00:00Z',
  tags: {},
  owner: null,
  volume: null,
};

const instance = (InstanceId: string, Name = 'running') => ({ InstanceId, State: { Name } });

/** An account where an image and 450 attached volumes are made of one snapshot. */
function answering() {
  const asked: string[][] = [];
  const send = async (command: { input: { Filters?: { Name: string; Values: string[] }[]; NextToken?: string } }) => {
    const [{ Name, Values } = { Name: '', Values: [] }] = command.input.Filters ?? [];
    const page = command.input.NextToken ? 2 : 1;
    const NextToken = page === 1 ? 'more' : undefined;
    if (command instanceof DescribeImagesCommand) return { Images: [{ ImageId: `ami-${page}` }], NextToken };
    if (command instanceof DescribeVolumesCommand) {
      const Volumes = Array.from({ length: 225 }, (_, n) => ({
        VolumeId: `vol-${page}-${n}`,
        Attachments: [{ InstanceId: `i-${page}-${n}` }],
      }));
      return { Volumes, NextToken };
    }
    if (!(command instanceof DescribeInstancesCommand)) throw new Error('nothing else is asked');
    asked.push(Values);
    if (Name === 'image-id')
      return page === 1
        ? { Reservations: [{ Instances: [instance('i-1-0'), instance('i-gone', 'terminated')] }], NextToken }
        : { Reservations: [{ Instances: [instance('i-launched', 'stopped')] }] };
    return { Reservations: [{ Instances: Values.map((id) => instance(id)) }] };
  };
  const client = Object.assign(new EC2Client({ region: snapshot.region }), { send });
  return { asked, session: { client: () => client } as unknown as Session };
}

test('every page is read, no filter has more values than EC2 takes, and each instance that lives is there once', async () => {
  const { asked, session } = answering();
  const { images, volumes, instances } = await madeOf(snapshot, session);
  expect(images).toEqual(['ami-1', 'ami-2']);
  expect(volumes).toHaveLength(450);
  expect(asked.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([2, 2, 50, 200, 200]);
  const ids = instances.map(({ id }) => id);
  expect(ids).toHaveLength(451);
  expect(new Set(ids).size).toBe(451);
  expect(ids).toContain('i-launched');
  expect(ids).not.toContain('i-gone');
});

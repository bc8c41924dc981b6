import { DescribeInstancesCommand, DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { incidentTag } from '../../lib/domain/marks.ts';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { Disks } from './kept-disks.ts';

/** The best copy of each volume that the incident has taken: one that is completed, else one on its way. */
async function copiesOf(volumes: string[], incident: string, ec2: EC2Client) {
  if (volumes.length === 0) return new Map<string, { id: string; state: string }>();
  const Filters = [
    { Name: `tag:${incidentTag}`, Values: [incident] },
    { Name: 'volume-id', Values: volumes },
  ];
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }));
  const rank = ['error', 'pending', 'completed'];
  const sorted = Snapshots.toSorted((one, other) => rank.indexOf(one.State ?? '') - rank.indexOf(other.State ?? ''));
  return new Map(sorted.map(({ VolumeId = '', SnapshotId: id = '', State: state = '' }) => [VolumeId, { id, state }]));
}

/** Its state, and all volumes that are attached now. */
export async function disksOf(id: string, incident: string, session: Session): Promise<Disks> {
  const ec2 = session.client(EC2Client);
  const asked = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })).catch(orGone);
  const found = asked?.Reservations?.[0]?.Instances?.[0];
  const attached = (found?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs?.VolumeId ? [Ebs] : []));
  const copies = await copiesOf(
    attached.map(({ VolumeId = '' }) => VolumeId),
    incident,
    ec2,
  );
  return {
    state: found?.State?.Name ?? 'gone',
    volumes: attached.map(({ VolumeId: volume = '', DeleteOnTermination }) => ({
      id: volume,
      fate: DeleteOnTermination ? 'goes' : 'stays',
      copy: copies.get(volume) ?? null,
    })),
  };
}

import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { type FactsReader, gone, orGone, read, tagsOf } from '../../runtime/facts.ts';
import type { Snapshot } from './target.ts';

export const snapshotFacts: FactsReader<Snapshot> = {
  async read(base, session) {
    const asked = session.client(EC2Client).send(new DescribeSnapshotsCommand({ SnapshotIds: [base.id] }));
    const [found] = (await asked.catch(orGone))?.Snapshots ?? [];
    if (!found) return gone(base, 'the snapshot');
    const { OwnerId: owner = null, VolumeId: volume = null, Tags } = found;
    return read({ ...base, owner, volume, tags: tagsOf(Tags) });
  },
};

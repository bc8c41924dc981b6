import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { type FactsReader, gone, orGone, read, tagsOf } from '../../runtime/facts.ts';
import type { Image } from './target.ts';

export const imageFacts: FactsReader<Image> = {
  async read(base, session) {
    const command = new DescribeImagesCommand({ ImageIds: [base.id], IncludeDisabled: true });
    const asked = session.client(EC2Client).send(command);
    const [found] = (await asked.catch(orGone))?.Images ?? [];
    if (!found) return gone(base, 'the image');
    const { OwnerId: owner = null, BlockDeviceMappings = [], Tags } = found;
    const snapshots = BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    return read({ ...base, owner, snapshots, tags: tagsOf(Tags) });
  },
};

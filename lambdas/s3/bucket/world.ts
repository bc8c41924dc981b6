import type { World } from '../../../test/contract/worlds.ts';
import { bucketFound, shared } from '../bucket.world.ts';
import type { Bucket } from './target.ts';

export const world: World<Bucket> = {
  ...shared,
  shapes: {
    'a bucket open by its policy': bucketFound('by its policy', 'Policy:S3/BucketAnonymousAccessGranted'),
    'a bucket open by an ACL': bucketFound('by an ACL', 'Exfiltration:S3/AnomalousBehavior'),
  },
};

import type { World } from '../../../test/contract/worlds.ts';
import { bucketFound, shared, writeOver } from '../bucket.world.ts';
import type { StoredObject } from './target.ts';

export const world: World<StoredObject> = {
  ...shared,
  plunder: (stage, { id }) => writeOver(stage, id.slice(0, id.indexOf('/'))),
  shapes: {
    'an object in an open bucket': bucketFound(
      'by its policy, under one flag',
      'Object:S3/MaliciousFile',
      'its object',
    ),
  },
};

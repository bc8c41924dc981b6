import type { World } from '../../../test/contract/worlds.ts';
import { publicCluster } from '../../../test/sandbox/shop-databases.ts';
import { aboutLogin, look, meddle, plunder, undoing } from '../database.world.ts';
import type { DbCluster } from './target.ts';

export const world: World<DbCluster> = {
  shapes: {
    'a database cluster': async ({ deployment, estate }) =>
      aboutLogin(deployment, { dbClusterIdentifier: (await publicCluster(deployment, estate)).cluster }),
  },
  look,
  meddle,
  plunder,
  undoing,
};

import type { World } from '../../../test/contract/worlds.ts';
import { publicCluster, publicDatabase } from '../../../test/sandbox/shop-databases.ts';
import { aboutLogin, look, meddle, plunder, undoing } from '../database.world.ts';
import type { DbInstance } from './target.ts';

export const world: World<DbInstance> = {
  shapes: {
    'a database': async ({ deployment, estate }) =>
      aboutLogin(deployment, { dbInstanceIdentifier: await publicDatabase(deployment, estate) }),
    'an instance of a cluster': async ({ deployment, estate }) => {
      const { cluster: dbClusterIdentifier, writer: dbInstanceIdentifier } = await publicCluster(deployment, estate);
      return aboutLogin(deployment, { dbInstanceIdentifier, dbClusterIdentifier });
    },
  },
  look,
  meddle,
  plunder,
  undoing,
};

/** A database that a thief logs in to: copied, protected, asked about with who uses it, closed, and open again as it was. */
import { expect, test } from 'vitest';
import { thiefsAccount } from '../sandbox/shop-databases.ts';
import { deployed } from './deployed.ts';
import { playDatabases, snapshotsOf } from './proof/database-course.ts';

const deployment = deployed();

test('a database and a cluster that the world can reach: nobody can while they are held, everybody as before', async () => {
  for (const { incident, before, contained, during, released, after } of await playDatabases(deployment)) {
    expect(before).toEqual({ thief: 'connects', server: 'connects', others: 'connects', shared: [thiefsAccount] });
    expect(contained).toMatchObject({ state: 'contained', trouble: [] });
    expect(contained.results).toMatchObject({
      'protect-database/verify': 'verified',
      'snapshot-database/run': 'taken',
      'record-database/run': 'recorded',
      'isolate-database/confirm': 'confirmed',
      'isolate-database/verify': 'verified',
      'unshare-database-snapshots/verify': 'verified',
    });
    expect(contained.told).toMatch(/is public/);
    expect(during).toEqual({ thief: 'refused', server: 'refused', others: 'connects', shared: [] });
    expect(await snapshotsOf(deployment, incident)).toHaveLength(1);
    expect(released.state).toBe('released');
    expect(after).toEqual(before);
  }
}, 240_000);

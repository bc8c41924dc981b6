/** A database that a thief logs in to: copied, protected, asked about with who uses it, closed, and open again as it was. */
import { expect, test } from 'vitest';
import { thiefsAccount } from '../sandbox/shop-databases.ts';
import { deployed } from './deployed.ts';
import { playDatabases, snapshotsOf } from './proof/database-course.ts';

const deployment = deployed();

test('a database and a cluster that the world can reach: nobody can while they are held, everybody as before but for who has a copy of the old password', async () => {
  for (const played of await playDatabases(deployment)) {
    const { incident, backup, before, contained, during, stolen, still, asked, released, after } = played;
    const open = { application: 'logs in', server: 'connects', others: 'connects', shared: [thiefsAccount] };
    expect(before).toEqual({ thief: 'logs in', ...open });
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
    expect(contained.told).toMatch(/Sessions that are open survive a new password/);
    expect(contained.told).toMatch(/no activity stream/);
    expect(contained.told).toMatch(new RegExp(`The newest from before the first sign of [^:]+:[^ ]+: ${backup} of `));
    const closed = { thief: 'refused', application: 'refused', server: 'refused' };
    expect(during).toEqual({ ...closed, others: 'connects', shared: [] });
    expect(asked.needs).toBe('two');
    expect(still).toBe(stolen);
    expect(await snapshotsOf(deployment, incident)).toHaveLength(1);
    expect(released.state).toBe('released');
    expect(after).toEqual({ thief: 'wrong password', ...open });
  }
}, 240_000);

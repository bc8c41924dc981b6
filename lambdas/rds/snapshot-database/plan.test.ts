import fc from 'fast-check';
import { expect, it } from 'vitest';
import { snapshotName } from './plan.ts';

it('names a snapshot as RDS takes it, the same for the same incident and database', () => {
  expect(snapshotName('inc-0a1b', 'orders')).toBe('tourniquet-inc-0a1b-orders');
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 300 }), (incident, database) => {
      const name = snapshotName(incident, database);
      expect(name).toMatch(/^[a-z](-?[A-Za-z0-9])*$/);
      expect(name.length).toBeLessThanOrEqual(255);
      expect(snapshotName(incident, database)).toBe(name);
    }),
  );
});

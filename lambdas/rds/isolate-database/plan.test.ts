import { describe, expect, it } from 'vitest';
import { named } from '../../../lib/domain/named.ts';
import { dbCluster } from '../db-cluster/target.ts';
import { dbInstance } from '../db-instance/target.ts';
import { planIsolation, reachOf, settingsFrom } from './plan.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const orders = {
  ...dbInstance.any(place),
  id: 'orders',
  engine: 'postgres',
  vpc: 'vpc-1',
  cluster: null,
  instances: ['orders'],
};
const shop = {
  ...dbCluster.any(place),
  id: 'shop',
  engine: 'aurora-postgresql',
  vpc: 'vpc-1',
  cluster: 'shop',
  instances: ['shop-1', 'shop-2'],
};
const prepared = { group: 'sg-closed' };

describe('how a database is reached', () => {
  it('is said by its cluster, whose groups count for all instances, in one order', () => {
    const groups = (...ids: string[]) => ({
      VpcSecurityGroups: ids.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
    });
    const instances = [{ DBInstanceIdentifier: 'shop-1', PubliclyAccessible: true, ...groups('sg-of-the-instance') }];
    expect(reachOf(groups('sg-b', 'sg-a'), instances)).toEqual({
      groups: ['sg-a', 'sg-b'],
      public: { 'shop-1': true },
    });
    expect(reachOf(null, instances).groups).toEqual(['sg-of-the-instance']);
  });

  it('does not count a group that is being removed', () => {
    const VpcSecurityGroups = [
      { VpcSecurityGroupId: 'sg-new', Status: 'adding' },
      { VpcSecurityGroupId: 'sg-old', Status: 'removing' },
    ];
    expect(reachOf({ VpcSecurityGroups }, []).groups).toEqual(['sg-new']);
  });
});

describe('isolating a database', () => {
  const before = { groups: ['sg-a'], public: { orders: true } };

  it('leaves it our group alone, and no public flag', () => {
    const ours = { groups: ['sg-closed'], public: { orders: false } };
    expect(planIsolation(orders, before, prepared)).toEqual({ ours });
    expect(planIsolation(orders, ours, prepared)).toHaveProperty('nothing');
    // Observing makes no group, and names it.
    expect(planIsolation(orders, before, null)).toMatchObject({ ours: { groups: ['tourniquet-quarantine-closed'] } });
  });

  it('is refused where its network could not be read', () => {
    expect(planIsolation({ ...orders, vpc: null }, before, prepared)).toHaveProperty('refused');
  });

  it('changes an instance by itself in one call: it is busy after the first', () => {
    const ours = { groups: ['sg-closed'], public: { orders: false } };
    const together = [{ on: 'instance', id: 'orders', groups: ['sg-closed'], public: false }];
    expect(settingsFrom(orders, before, ours)).toEqual(together);
    expect(settingsFrom(orders, ours, { ...ours, public: { orders: true } })).toEqual([
      { on: 'instance', id: 'orders', public: true },
    ]);
    expect(settingsFrom(orders, ours, ours)).toEqual([]);
  });

  it('changes the groups of a cluster first, and the flag of each instance that has another', () => {
    const [now, ours] = [
      { groups: ['sg-a'], public: { 'shop-1': true, 'shop-2': false } },
      { groups: ['sg-closed'], public: { 'shop-1': false, 'shop-2': false } },
    ];
    expect(settingsFrom(shop, now, ours)).toEqual([
      { on: 'cluster', id: 'shop', groups: ['sg-closed'] },
      { on: 'instance', id: 'shop-1', public: false },
    ]);
    // An instance that was deleted meanwhile has no flag to set.
    expect(settingsFrom(shop, { ...ours, public: {} }, now)).toEqual([{ on: 'cluster', id: 'shop', groups: ['sg-a'] }]);
  });
});

describe('a kind of database', () => {
  it('is no shard group of Aurora Limitless', () => {
    const sight = { place, now: '2026-11-30T02:00:00.000Z', since: null };
    const nowhere = { account: null, region: null };
    const shards = (own: string | null) => named('db-cluster', 'shards', nowhere, { arn: own });
    const own = 'arn:aws:rds:eu-central-1:444455556666:shard-group:shards';
    expect(dbCluster.from(shards(own), sight)).toBeNull();
    expect(dbCluster.from(shards(null), sight)).toMatchObject({ id: 'shards' });
  });
});

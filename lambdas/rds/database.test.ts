import { expect, test } from 'vitest';
import { dbCluster } from './db-cluster/target.ts';
import { dbInstance } from './db-instance/target.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const read = { id: 'orders', vpc: 'vpc-1' };
const unread = { id: 'orders', vpc: null, cluster: null, instances: [] };
const refused = { levers: ['isolate-database'], because: expect.stringMatching(/orders.*by hand/) };

test('a database that was not read is not offered for isolation', () => {
  expect(dbInstance.refuses?.({ ...dbInstance.any(place), ...read })).toBeNull();
  expect(dbInstance.refuses?.({ ...dbInstance.any(place), ...unread })).toEqual(refused);
});

test('neither is a cluster', () => {
  expect(dbCluster.refuses?.({ ...dbCluster.any(place), ...read })).toBeNull();
  expect(dbCluster.refuses?.({ ...dbCluster.any(place), ...unread })).toEqual(refused);
});

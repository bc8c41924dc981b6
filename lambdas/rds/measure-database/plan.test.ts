import { expect, it } from 'vitest';
import { clusterSentence, connectionsSentence, instanceSentences } from './plan.ts';

it('says who uses a database, and what goes on', () => {
  expect(connectionsSentence(0)).toMatch(/no connection/);
  expect(connectionsSentence(1)).toMatch(/up to 1 connection at once/);
  expect(connectionsSentence(1200)).toMatch(/1,200 connections.*stay open/);
  expect(clusterSentence('shop', 3)).toMatch(/cluster shop: all of its 3 instances/);
});

it('says of an instance whether it is public, busy, and what hangs on it', () => {
  expect(instanceSentences({ DBInstanceIdentifier: 'orders', PubliclyAccessible: true })).toEqual(['orders is public']);
  const more = { DBInstanceStatus: 'backing-up', ReadReplicaDBInstanceIdentifiers: ['copy'] };
  const words = instanceSentences({ DBInstanceIdentifier: 'orders', PubliclyAccessible: false, ...more }).join('; ');
  expect(words).toMatch(/not public; orders is backing-up.*copy/);
});

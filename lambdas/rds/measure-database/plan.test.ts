import { expect, it } from 'vitest';
import { clusterSentence, connectionsSentence, instanceSentences, passwordSentences, streamSentence } from './plan.ts';

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

it('says where it is known what was queried', () => {
  const started = { ActivityStreamStatus: 'started', ActivityStreamKinesisStreamName: 'aws-rds-das-cluster-1' };
  expect(streamSentence([null, started])).toMatch(/aws-rds-das-cluster-1.*24 hours/);
  for (const off of [[], [null], [{ ...started, ActivityStreamStatus: 'stopped' }]])
    expect(streamSentence(off)).toMatch(/no activity stream/);
});

it('says who keeps the password of the master user, what breaks with another one, and what does not end', () => {
  const at = new Date('2026-11-23T02:00:00Z');
  const managed = passwordSentences({ id: 'orders', cluster: null }, { LastAccessedDate: at, LastRotatedDate: at });
  expect(managed.join()).toMatch(/read last on 2026-11-23, changed last on 2026-11-23.*Two people.*survive/);
  expect(passwordSentences({ id: 'orders', cluster: null }, {}).join()).toMatch(/nobody yet, never changed/);
  expect(passwordSentences({ id: 'orders', cluster: null }, null)).toEqual([
    expect.stringContaining('modify-db-instance --db-instance-identifier orders --master-user-password'),
  ]);
  expect(passwordSentences({ id: 'shop-1', cluster: 'shop' }, null)).toEqual([
    expect.stringContaining('modify-db-cluster --db-cluster-identifier shop '),
  ]);
});

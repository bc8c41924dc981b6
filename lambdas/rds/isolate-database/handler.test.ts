import { RDSClient } from '@aws-sdk/client-rds';
import { describe, expect, it, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { type DbInstance, dbInstance } from '../db-instance/target.ts';
import type { Reach } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', async (actual) => ({
  ...(await actual<object>()),
  serveLever: (_: unknown, code: unknown) => code,
}));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
vi.mock('../closed-group.ts', () => ({ closedGroupIn: async () => null, rulesOf: () => 0, ensureClosedGroup: null }));
const code = (await import('./handler.ts')).handler as unknown as LeverCode<DbInstance, Reach>;

const place = { partition: 'aws', account: '444455556666', region: 'eu-central-1' };
const target: DbInstance = { ...dbInstance.any(place), id: 'orders', cluster: null, instances: ['orders'] };
const open: Reach = { groups: ['sg-shop'], public: { orders: true } };
const closed: Reach = { groups: ['sg-closed'], public: { orders: false } };
const stored = { before: open, ours: closed, takenAt: '', releasedAt: null };
const run = { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '2026-11-22T06:00:00Z' };

/** RDS that shows a change only when so many looks were had; never where `looks` is none. */
function rds(from: Reach, to: Reach, looks: number | 'never', status = 'modifying') {
  let seen = 0;
  const changed: object[] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    if (command.constructor.name === 'ModifyDBInstanceCommand') {
      changed.push(command.input);
      return {};
    }
    const done = looks !== 'never' && ++seen > looks;
    const { groups, public: flags } = done ? to : from;
    const VpcSecurityGroups = groups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' }));
    const shown = { PubliclyAccessible: flags.orders, DBInstanceStatus: done ? 'available' : status };
    return { DBInstances: [{ DBInstanceIdentifier: 'orders', VpcSecurityGroups, ...shown }] };
  };
  const client = new RDSClient({ region: 'eu-central-1' });
  vi.spyOn(client, 'send').mockImplementation(send);
  return { changed, session: { client: () => client } as unknown as Session };
}
const reading = (session: Session, now: Reach) => code.verify?.({ target, stored, applied: null, now, session });

describe('reading back', () => {
  it('says that it could not yet, while RDS is still changing it, and is tried again: nobody has undone it', async () => {
    const { session } = rds(open, closed, 'never');
    await expect(reading(session, open)).rejects.toMatchObject({
      name: 'Throttled',
      message: 'RDS is still changing orders: what it has become was not read back yet',
    });
  });

  it('says what differs once RDS is done', async () => {
    const { session } = rds(open, closed, 'never', 'available');
    expect(await reading(session, open)).toMatchObject({
      outcome: 'not-verified',
      because: expect.stringContaining('public.orders'),
    });
  });

  it('asks for nothing more where all is as meant, whatever RDS is still doing', async () => {
    const { session } = rds(open, closed, 'never');
    expect(await reading(session, closed)).toMatchObject({ outcome: 'verified' });
  });
});

describe('release', () => {
  const job = (session: Session) => ({ target, from: closed, to: open, prepared: null, session, run });

  it('waits until RDS shows it as before', async () => {
    const { session, changed } = rds(closed, open, 3);
    expect(await code.release(job(session))).toMatchObject({ outcome: 'applied' });
    expect(changed).toHaveLength(1);
  });

  it('that RDS has not finished is tried again, and is no failure', async () => {
    const { session } = rds(closed, open, 'never');
    await expect(code.release(job(session))).rejects.toMatchObject({ name: 'Throttled' });
  });

  it('that had no effect is told as it is', async () => {
    const { session } = rds(closed, open, 'never', 'available');
    expect(await code.release(job(session))).toMatchObject({ outcome: 'applied' });
  });
});

import { expect, it, vi } from 'vitest';
import { Finding } from '../../../lib/domain/finding/finding.ts';
import { runItem } from '../../../lib/items/run.ts';
import { findingAboutKey } from '../../../test/sandbox/credential-finding.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import type { Work } from '../../runtime/pipeline.ts';

const [hub, member] = ['111122223333', '444455556666'];
const ourRole = 'AROAEXAMPLEOFOURS00001';
let denied = false;
vi.mock('../../runtime/session.ts', () => ({
  assume: async () => ({
    client: () => ({
      send: async () => {
        if (denied) throw Object.assign(new Error('no'), { name: 'AccessDenied' });
        return { Role: { RoleId: ourRole } };
      },
    }),
  }),
}));
vi.mock('../../runtime/ledger.ts', () => ({ append: async () => ({}) }));
vi.mock('../own-deployment.ts', () => ({
  ownDeployment: () => ({ name: 'tourniquet', hub, respondsIn: (account: string) => account === member }),
}));
const { annotation } = await import('./own-acts.ts');

const session = 'run-1';
const begun = Date.parse('2026-11-27T10:00:00.000Z');
const hours = (count: number): string => new Date(begun + count * 3_600_000).toISOString();

/** What GuardDuty says of a session of this role, so many hours after the run began that has its name. */
function toldAfter(count: number, { userName = 'tourniquet-contain', id = ourRole } = {}) {
  const where = { sandbox: { accounts: { hub, member }, region: 'eu-central-1' } } as never;
  const holder = { accessKeyId: 'ASIAEXAMPLE000000001', userType: 'AssumedRole', userName, session } as const;
  const raw = JSON.parse(JSON.stringify(readBack(findingAboutKey(where, holder))));
  const finding = Finding.parse(raw);
  const targets = finding.targets.map((one) => ({ ...one, principal: one.principal && { ...one.principal, id } }));
  const table = {
    get: async ({ pk, sk }: { pk: string; sk: string }) => {
      const kept = runItem.item({ incident: 'inc-1', at: hours(0) }, session);
      return pk === kept.pk && sk === kept.sk ? kept : null;
    },
    putNew: async () => null,
  };
  return annotation({ table, now: () => hours(count) } as unknown as Work, { ...finding, targets });
}

it('what our own role does in a run of ours is noted in its incident, for two days after the run began', async () => {
  expect(await toldAfter(1)).toMatch(/was caused by Tourniquet itself, in incident inc-1$/);
  expect(await toldAfter(47.9)).toContain('inc-1');
  expect(await toldAfter(48)).toBeNull();
});

it('and is nothing of ours under another id, in another role, or where the role cannot be read', async () => {
  expect(await toldAfter(1, { id: 'AROAEXAMPLEOFTHIEF0001' })).toBeNull();
  expect(await toldAfter(1, { userName: 'web-server' })).toBeNull();
  denied = true;
  expect(await toldAfter(1)).toBeNull();
});

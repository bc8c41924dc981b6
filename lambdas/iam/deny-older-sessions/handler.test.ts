import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { RoleSession } from '../role-session/target.ts';
import { cutOffIn } from './plan.ts';
import type { OlderDeny } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<RoleSession, OlderDeny>;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const role = { name: 'deploy', id: 'AROAEXAMPLE', arn: 'arn:aws:iam::444455556666:role/ci/deploy' };
const target: RoleSession = {
  partition: 'aws',
  account: '444455556666',
  region: 'eu-central-1',
  kind: 'role-session',
  id: 'deploy/thief',
  arn: 'arn:aws:sts::444455556666:assumed-role/deploy/thief',
  principal: null,
  tags: {},
  key: null,
  // The finding's own times lie long before.
  seenAt: '2026-11-22T06:00:00Z',
  since: '2026-11-20T00:00:00Z',
  role,
  session: 'thief',
};

const cutOffs: (string | null)[] = [];
const session = {
  client: () => ({
    send: async ({ input }: { input: { PolicyDocument: string } }) => {
      cutOffs.push(cutOffIn(encodeURIComponent(input.PolicyDocument)));
      return {};
    },
  }),
} as unknown as Session;
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond' as const, openedAt: target.seenAt };
const job = { target, from: { denied: 'no' }, to: { denied: 'yes' }, prepared: null, session, run } as const;

test("the cut-off is the time of applying, never the finding's last-seen time; confirming moves it on", async () => {
  vi.setSystemTime('2026-11-22T06:14:59.250Z');
  expect(await code.apply(job)).toEqual({
    outcome: 'applied',
    changed: ['deploy: tourniquet-deny-older-thief, sessions made before 2026-11-22T06:15:00Z'],
  });
  vi.setSystemTime('2026-11-22T06:15:05.250Z');
  await code.apply(job);
  expect(cutOffs).toEqual(['2026-11-22T06:15:00Z', '2026-11-22T06:15:06Z']);
  expect(code.confirms).toBe('by doing it again');
});

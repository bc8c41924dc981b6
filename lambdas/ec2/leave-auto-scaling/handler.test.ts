import { expect, test, vi } from 'vitest';
import { Refused } from '../../../lib/domain/errors.ts';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import type { Membership } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Instance, Membership>;
const target: Instance = { ...anyInstance({ partition: 'aws', account: '444455556666' }), id: 'i-1' };
const member = (lifecycle: string): Membership => ({ group: { name: 'web', lifecycle } });

const release = (message: string) => {
  const send = async () => {
    throw Object.assign(new Error(message), { name: 'ValidationError' });
  };
  const session = { client: () => ({ send }) } as unknown as Session;
  const run = { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '2026-11-22T06:00:00Z' };
  return code.release({ target, from: member('Standby'), to: member('InService'), prepared: null, session, run });
};

test('a group at its largest size is named, with what makes room in it', async () => {
  const full = release('New SetDesiredCapacity value 11 is above max value 10 for the AutoScalingGroup.');
  await expect(full).rejects.toThrow('Raise the MaxSize of web by one, release once more');
  await expect(release('The instance i-1 is not in Standby.')).rejects.not.toThrow('MaxSize');
  await expect(release('The instance i-1 is not in Standby.')).rejects.toBeInstanceOf(Refused);
});

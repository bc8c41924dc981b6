import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Instance } from '../instance/target.ts';
import { anyInstance } from '../instance/target.ts';
import type { Profile } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Instance, Profile>;

const profile = 'arn:aws:iam::111122223333:instance-profile/web';
const target = anyInstance({ partition: 'aws', account: '111122223333' });
const run = {
  incident: 'inc-1',
  id: 'run-1',
  playbook: 'release',
  mode: 'respond' as const,
  openedAt: '2026-11-30T03:00:00Z',
};

/** A release whose association EC2 answers with this error. */
function released(name: string) {
  const ec2 = new EC2Client({ region: 'eu-central-1' });
  vi.spyOn(ec2, 'send').mockImplementation(async () => {
    throw Object.assign(new Error('Value for parameter iamInstanceProfile.arn is invalid'), { name });
  });
  const session = { client: () => ec2 } as unknown as Session;
  return code.release({ target, from: { profile: null }, to: { profile }, prepared: null, session, run });
}

test.each([
  ['InvalidParameterValue', 'Refused', /web any more: make it again under this name, with its role in it/],
  ['IncorrectState', 'Transient', /IncorrectState/],
  ['UnauthorizedOperation', 'UnauthorizedOperation', /invalid/],
])('a profile that EC2 does not take back (%s): %s', async (answer, name, message) => {
  await expect(released(answer)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

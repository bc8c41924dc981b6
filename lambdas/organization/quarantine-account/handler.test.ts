import { expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Suspect } from '../arns.ts';
import type { Root } from '../root/target.ts';
import type { Parent } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
vi.mock('../../runtime/environment.ts', () => ({ config: () => ({ organizationAdmin: { account: '111122223333' } }) }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Suspect, Parent>;

const account = '444455556666';
const target: Root = {
  partition: 'aws',
  account,
  region: 'eu-central-1',
  kind: 'root',
  id: account,
  principal: null,
  tags: {},
  arn: `arn:aws:iam::${account}:root`,
  seenAt: '2026-11-22T06:00:00Z',
  since: null,
  key: null,
};
const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode: 'respond' as const, openedAt: target.seenAt };

const answering = (error: string | null): Session => {
  const send = async () => {
    if (error) throw Object.assign(new Error('no'), { name: error });
    return {};
  };
  return { client: () => ({ send }) } as unknown as Session;
};
const moving = (error: string | null, to = 'ou-ab12-quarantine') =>
  code.apply({
    target,
    from: { parent: 'r-ab12' },
    to: { parent: to },
    prepared: null,
    session: answering(error),
    run,
  });

test('is done once', async () => {
  expect(await moving(null)).toHaveProperty('outcome', 'applied');
  expect(await moving('DuplicateAccountException')).toHaveProperty('outcome', 'applied');
  expect(await moving('MustNotBeCalled', 'r-ab12')).toEqual({ outcome: 'already-applied' });
});

test.each([
  ['AccessDeniedException', 'Only the management account may move accounts: move 444455556666 to ou-ab12-quarantine'],
  ['DestinationParentNotFoundException', 'no longer exists'],
])('a person reads what to do where AWS answers %s', async (answer, words) => {
  await expect(moving(answer)).rejects.toMatchObject({ name: 'Refused', message: expect.stringContaining(words) });
});

test('an account that has left the organisation cannot be looked at', async () => {
  const looking = code.look(target, answering('ChildNotFoundException'));
  await expect(looking).rejects.toMatchObject({ name: 'Refused', message: expect.stringContaining('may have left') });
});

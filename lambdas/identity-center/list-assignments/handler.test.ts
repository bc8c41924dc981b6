import { expect, test, vi } from 'vitest';
import type { Session } from '../../runtime/session.ts';
import type { Person } from '../person/target.ts';

let account = '555566667777';
vi.mock('../../runtime/environment.ts', async (original) => ({
  ...(await original<typeof import('../../runtime/environment.ts')>()),
  config: () => ({ organizationAdmin: { account, management: '111122223333', identityCenter: 'eu-central-1' } }),
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: (_: unknown, code: unknown) => code }));
const { list } = await import('./handler.ts');

const eve = { id: 'eve@example.com' } as unknown as Person;
const answers: Record<string, object> = {
  ListInstances: { Instances: [{ OwnerAccountId: '111122223333', InstanceArn: 'i', IdentityStoreId: 'd' }] },
  GetUserId: { UserId: 'u' },
};
/** IAM Identity Center as an account to which it was delegated meets it. */
async function send({ constructor: { name } }: object) {
  const answer = answers[name.replace(/Command$/, '')];
  if (!answer) throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  return answer;
}
const session = {
  // A paginator asks whether it is one.
  client: (Client: new (options: object) => object) => Object.assign(new Client({ region: 'eu-central-1' }), { send }),
} as unknown as Session;

test('what only the management account may do is said before anybody is asked to answer', async () => {
  expect((await list(eve, session)).facts).toEqual([
    'The deny cannot work: IAM Identity Center does not let 555566667777 list what eve@example.com may enter. Deny by a policy of the organisation, or by hand in 111122223333',
  ]);
});

test('it lists by permission set and account what it may not ask for the person', async () => {
  Object.assign(answers, {
    ListGroupMembershipsForMember: { GroupMemberships: [{ GroupId: 'builders' }] },
    ListPermissionSets: { PermissionSets: ['arn:aws:sso:::permissionSet/i/ps-1'] },
    ListAccountsForProvisionedPermissionSet: { AccountIds: ['444455556666', '222233334444'] },
    ListAccountAssignments: { AccountAssignments: [{ PrincipalId: 'builders', PrincipalType: 'GROUP' }] },
    DescribePermissionSet: { PermissionSet: { Name: 'Build' } },
  });
  const who = { ...eve, roleName: 'AWSReservedSSO_Build_0123456789abcdef' };
  expect((await list(who, session)).facts).toEqual([
    'eve@example.com may enter 2 accounts with 1 permission set',
    'Build, the one of the finding, in 222233334444, 444455556666, through a group',
  ]);
  for (const name of Object.keys(answers)) if (!/ListInstances|GetUserId/.test(name)) delete answers[name];
});

test('a right that the management account itself lacks is another matter', async () => {
  account = '111122223333';
  const { facts, unknown } = await list(eve, session);
  expect(facts).toEqual([]);
  expect(unknown[0]).toContain('AccessDeniedException');
});

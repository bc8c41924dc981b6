/** What a thief has made before anybody stopped them: the credentials that an eradication takes away again. */
import { randomBytes } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { leaked } from '../../test/contract/credential.ts';
import type { Stage } from '../../test/contract/subject.ts';
import type { Spoils } from '../../test/contract/worlds.ts';
import { clients } from '../../test/sandbox/deployment.ts';
import { helpYourself, waysIn } from '../../test/sandbox/thief.ts';
import type { RoleSession } from './role-session/target.ts';
import type { User } from './user/target.ts';

/** Rights for whatever comes. A boundary would stop the thief: it is as if it came later. */
async function whileAllPowerful(iam: IAMClient, target: User | RoleSession, deed: () => Promise<void>): Promise<void> {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const policy = { PolicyName: 'anything', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) };
  if (target.kind === 'role-session') {
    await iam.send(new PutRolePolicyCommand({ RoleName: target.role?.name, ...policy }));
    return deed();
  }
  const { id: UserName, boundary: PermissionsBoundary } = target;
  await iam.send(new PutUserPolicyCommand({ UserName, ...policy }));
  if (PermissionsBoundary) await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
  await deed();
  if (PermissionsBoundary) await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
}

/** By the very credential of the finding, for an innocent user with a key of its own. */
export async function byCredential({ client, sandbox }: Stage, target: User | RoleSession): Promise<Spoils> {
  const iam = client(IAMClient, 'member');
  const UserName = `innocent-${randomBytes(4).toString('hex')}`;
  await iam.send(new CreateUserCommand({ UserName, Path: '/people/' }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  const thief = clients(sandbox)(IAMClient, 'member', leaked.get(target.key ?? ''));
  await whileAllPowerful(iam, target, async () => {
    await helpYourself(thief, UserName);
  });
  return async () => {
    const { keys, password, others } = await waysIn(iam, UserName);
    return { keys: keys.length, password, others };
  };
}

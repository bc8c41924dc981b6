/** Principals that attack, and what comes of their calls: before a deny, under it, after it. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Credentials, clients } from './deployment.ts';
import { policyOf } from './organization.ts';
import type { Sandbox } from './sandbox.ts';

export const anything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
export const nothing = { Effect: 'Deny', Action: '*', Resource: '*' } as const;

/** The name of the error a call ends with, or `allowed`. */
export const outcome = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

/** Whether somebody in the member account may list its users: `allowed`, or the name of the error. */
export const tries = (sandbox: Sandbox, as: Credentials): Promise<string> =>
  outcome(clients(sandbox)(IAMClient, 'member', as).send(new ListUsersCommand({})));

/** The key of a new user with these permissions. */
export async function userWith(
  sandbox: Sandbox,
  account: 'hub' | 'member',
  UserName: string,
  ...statements: object[]
): Promise<Credentials> {
  const iam = clients(sandbox)(IAMClient, account);
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policyOf(...statements) }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** A session, by that name, of a new role of the member account that may do anything. */
export async function sessionOf(sandbox: Sandbox, RoleName: string, session: string, Path = '/'): Promise<Credentials> {
  const iam = clients(sandbox)(IAMClient, 'member');
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policyOf(trust), Path }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: policyOf(anything) }));
  return sandbox.post('/_sandbox/role-session', { account: sandbox.accounts.member, role: RoleName, session });
}

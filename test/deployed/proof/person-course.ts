/**
 * Plays what together needs every right on permission sets: one with a policy, one without, and one from which somebody takes the deny
 * before it is released.
 */
import { randomBytes } from 'node:crypto';
import {
  CreateAccountAssignmentCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  ProvisionPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { expect } from 'vitest';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import { send } from '../../sandbox/finding.ts';
import { centerOf, makePermissionSet, makePerson } from '../../sandbox/organization.ts';
import type { FaultRule } from '../../sandbox/sandbox.ts';
import { opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';

const rights = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

/** @param asks `one by one`: as an account to which IAM Identity Center was delegated, by permission set and account */
export async function playPerson(deployment: Attached, asks: 'at once' | 'one by one'): Promise<void> {
  const { sandbox, client } = deployment;
  const sso = client(SSOAdminClient, 'hub');
  const { instanceArn: InstanceArn } = await centerOf(sandbox);
  const word = randomBytes(4).toString('hex');
  const own = await makePermissionSet(sandbox, `Own-${word}`, rights);
  const { userName, userId, roleName, credentials } = await makePerson(sandbox, `kim-${word}@example.com`, own);
  const [bare, mended] = await Promise.all(
    ['Bare', 'Mended'].map((name) => makePermissionSet(sandbox, `${name}-${word}`)),
  );
  for (const PermissionSetArn of [bare, mended]) {
    const where = { TargetType: 'AWS_ACCOUNT', TargetId: sandbox.accounts.member } as const;
    const who = { PrincipalType: 'USER', PrincipalId: userId } as const;
    await sso.send(new CreateAccountAssignmentCommand({ InstanceArn, PermissionSetArn, ...where, ...who }));
  }
  if (asks === 'one by one') {
    const denied: FaultRule = { action: 'sso:ListAccountAssignmentsForPrincipal', contains: userId, effect: 'deny' };
    await sandbox.post('/_sandbox/faults', { rules: [denied] });
  }
  const { accessKeyId } = credentials;
  const holder = { accessKeyId, userType: 'AssumedRole', userName: roleName, session: userName } as const;
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, userName);
  const { results } = await toTheEnd(deployment, incident);
  expect(results).toHaveProperty('deny-identity-center-user/verify', 'verified');
  const which = { InstanceArn, PermissionSetArn: mended };
  await sso.send(new DeleteInlinePolicyFromPermissionSetCommand(which));
  await sso.send(new ProvisionPermissionSetCommand({ ...which, TargetType: 'ALL_PROVISIONED_ACCOUNTS' }));
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
}

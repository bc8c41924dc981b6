/**
 * Plays what together needs every right of the levers in the organisation: the root user of an account right below the organisation's
 * root, whose policy an earlier attempt has made already, and a person, who is denied everywhere at once.
 */
import { createHash, randomBytes } from 'node:crypto';
import { CreatePolicyCommand, MoveAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { DeleteAccountAssignmentCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { expect } from 'vitest';
import { contentFor, policyName } from '../../../lambdas/organization/deny-by-organization/plan.ts';
import type { Root } from '../../../lambdas/organization/root/target.ts';
import { incidentTag } from '../../../lib/domain/marks.ts';
import { findingAboutKey, type Holder } from '../../sandbox/credential-finding.ts';
import { send } from '../../sandbox/finding.ts';
import { centerOf, makePermissionSet, makePerson, organizationOf } from '../../sandbox/organization.ts';
import { freed, opened, release, toTheEnd } from '../credentials/incident.ts';
import type { Attached } from '../deployed.ts';
import { frozen } from './freeze-course.ts';

function rootOf({ sandbox }: Attached): Root {
  const { member: account } = sandbox.accounts;
  const place = { partition: 'aws', account, region: sandbox.region };
  const seen = { principal: null, seenAt: new Date().toISOString(), tags: {}, since: null, key: null };
  return { ...place, ...seen, kind: 'root', id: account, arn: `arn:aws:iam::${account}:root` };
}

/** As if a function had died between making the policy and attaching it. */
async function madeAndNotAttached(deployment: Attached): Promise<void> {
  const root = rootOf(deployment);
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const [Name, Content] = [policyName('tourniquet', root.arn, digest), contentFor(root) ?? ''];
  const Tags = [{ Key: incidentTag, Value: 'of an earlier attempt' }];
  const policy = {
    Name,
    Content,
    Description: 'by a function that died',
    Type: 'SERVICE_CONTROL_POLICY',
    Tags,
  } as const;
  await deployment.client(OrganizationsClient, 'hub').send(new CreatePolicyCommand(policy));
}

/** The organisation's root is one of the parents an account may have. */
async function move(deployment: Attached, SourceParentId: string, DestinationParentId: string): Promise<void> {
  const AccountId = deployment.sandbox.accounts.member;
  const command = new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId });
  await deployment.client(OrganizationsClient, 'hub').send(command);
}

/** Whose permission set was taken away while the session lasts: there is nothing left to write a deny into. */
async function person(deployment: Attached): Promise<void> {
  const { sandbox, client } = deployment;
  const word = randomBytes(4).toString('hex');
  const set = await makePermissionSet(sandbox, `Left-${word}`);
  const { userName, userId, roleName, credentials } = await makePerson(sandbox, `mia-${word}@example.com`, set);
  const { instanceArn: InstanceArn } = await centerOf(sandbox);
  const principal = { PrincipalType: 'USER', PrincipalId: userId, PermissionSetArn: set } as const;
  const where = { TargetType: 'AWS_ACCOUNT', TargetId: sandbox.accounts.member } as const;
  const unassign = new DeleteAccountAssignmentCommand({ InstanceArn, ...principal, ...where });
  await client(SSOAdminClient, 'hub').send(unassign);
  const { accessKeyId } = credentials;
  await lockedAndBack(deployment, { accessKeyId, userType: 'AssumedRole', userName: roleName, session: userName });
}

/** Denied by the organisation, and released; nothing it needed counts if it did not end so. */
async function lockedAndBack(deployment: Attached, holder: Holder): Promise<void> {
  const { member } = deployment.sandbox.accounts;
  const [words, arn] = [holder.session ?? `${member}:root`, `arn:aws:iam::${member}:root`];
  const before = holder.userType === 'Root' ? await freed(deployment, arn) : 0;
  await send(deployment, findingAboutKey(deployment, holder));
  const incident = await opened(deployment, words, before + 1);
  const { results } = await toTheEnd(deployment, incident);
  expect(results).toHaveProperty('deny-by-organization/verify', 'verified');
  if (holder.userType === 'Root') expect(results).toHaveProperty('quarantine-account/verify', 'verified');
  expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
}

/** By itself: while the account is in quarantine nobody in it can be robbed, or work. */
export async function playOrganization(deployment: Attached): Promise<void> {
  await person(deployment);
  await frozen(deployment);
  const { root, workloads } = await organizationOf(deployment.sandbox);
  await madeAndNotAttached(deployment);
  await move(deployment, workloads, root);
  await lockedAndBack(deployment, { accessKeyId: 'AKIAROOT', userType: 'Root', userName: 'Root' });
  await move(deployment, root, workloads);
}

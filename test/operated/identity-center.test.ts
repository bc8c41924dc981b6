/** People of IAM Identity Center whose sessions are stolen, really used: before, while they are denied, and once they are let go. */
import { randomBytes } from 'node:crypto';
import {
  DeleteAccountAssignmentCommand,
  GetInlinePolicyForPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { describe, expect, test } from 'vitest';
import { incidentsAbout, isAsked, opened, release, toTheEnd, until } from '../deployed/credentials/incident.ts';
import { deployed } from '../deployed/deployed.ts';
import { type CredentialFinding, findingAboutKey } from '../sandbox/credential-finding.ts';
import { customers, tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { roleSeen } from '../sandbox/identities.ts';
import { centerOf, makePermissionSet, makePerson, type PortalUser, signIn } from '../sandbox/organization.ts';
import { runsAbout } from '../scenario/runs.ts';

const deployment = deployed();
const { sandbox } = deployment;
const sso = deployment.client(SSOAdminClient, 'hub');
const patience = { timeout: 600_000 };

/** A name that nobody else has: a deployment that stands may be tried again. */
const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;
const mayRead = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${customers.arn}/*` };
/** As an administrator wrote it by hand: it has to come back like that. */
const written = JSON.stringify({ Version: '2012-10-17', Statement: [mayRead] }, null, 4);

async function permissionSet(name: string): Promise<string> {
  const PermissionSetArn = await makePermissionSet(sandbox, named(name));
  const which = { InstanceArn: (await centerOf(sandbox)).instanceArn, PermissionSetArn };
  await sso.send(new PutInlinePolicyToPermissionSetCommand({ ...which, InlinePolicy: written }));
  return PermissionSetArn;
}

/** Two who work with the same permission set. */
async function colleagues(name: string): Promise<{ eve: PortalUser; adam: PortalUser; set: string }> {
  const set = await permissionSet(name);
  const eve = await makePerson(sandbox, `${named('eve')}@example.com`, set);
  const adam = await makePerson(sandbox, `${named('adam')}@example.com`, set);
  return { eve, adam, set };
}

const report = ({ userName, roleName, credentials }: PortalUser, options?: CredentialFinding): Promise<void> => {
  const { accessKeyId } = credentials;
  const holder = { accessKeyId, userType: 'AssumedRole', userName: roleName, session: userName } as const;
  return send(deployment, findingAboutKey(deployment, holder, options));
};

/** Both try at once, and so does a session that Eve opens just now. */
async function tries({ eve, adam, set }: Awaited<ReturnType<typeof colleagues>>) {
  const fresh = await signIn(sandbox, eve.userName, set);
  const met = [eve.credentials, fresh, adam.credentials].map((one) => tryTheft(deployment, one));
  const [open, anew, colleague] = await Promise.all(met);
  return { open, anew, colleague };
}

/** The policy of the permission set, and what its role in the member account holds. */
async function seen({ eve, set }: { readonly eve: PortalUser; readonly set: string }) {
  const which = { InstanceArn: (await centerOf(sandbox)).instanceArn, PermissionSetArn: set };
  const { InlinePolicy } = await sso.send(new GetInlinePolicyForPermissionSetCommand(which));
  return { policy: InlinePolicy, role: await roleSeen(deployment, eve.roleName) };
}

const working = { open: 'allowed', anew: 'allowed', colleague: 'allowed' };

describe.concurrent('the session of a person', patience, () => {
  test('is stopped in the account and at the next log-in, and comes back; a colleague works on', async () => {
    const all = await colleagues('Developer');
    const before = await seen(all);
    expect(before.policy).toBe(written);
    expect(await tries(all)).toEqual(working);
    await report(all.eve);
    const incident = await opened(deployment, all.eve.userName);
    await isAsked(deployment, incident);
    expect(await tries(all)).toEqual(working);

    const { results, told, asked } = await toTheEnd(deployment, incident);
    expect(results).toMatchObject({
      'list-assignments/run': 'listed',
      'task-identity-provider/run': 'filed',
      'deny-identity-center-user/apply': 'applied',
      'deny-identity-center-user/confirm': 'confirmed',
      'deny-identity-center-user/verify': 'verified',
    });
    expect(asked.toSorted()).toEqual(['deny', 'handover']);
    expect(told).toContain(`${all.eve.userName} may enter 1 account with 1 permission set`);
    expect(told).toContain(`Do not tell ${all.eve.userName}`);
    expect(await tries(all)).toEqual({ open: 'denied', anew: 'denied', colleague: 'allowed' });

    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await tries(all)).toEqual(working);
    expect(await seen(all)).toEqual(before);
  });

  test('is let go without letting go of a colleague, who is denied in the same permission set', async () => {
    const all = await colleagues('Shared');
    const before = await seen(all);
    await report(all.eve);
    const first = await opened(deployment, all.eve.userName);
    await toTheEnd(deployment, first);
    await report(all.adam);
    const second = await opened(deployment, all.adam.userName);
    await toTheEnd(deployment, second);
    expect(await tries(all)).toEqual({ open: 'denied', anew: 'denied', colleague: 'denied' });
    expect(await release(deployment, first)).toMatchObject({ state: 'released' });
    expect(await tries(all)).toEqual({ open: 'allowed', anew: 'allowed', colleague: 'denied' });
    expect(await release(deployment, second)).toMatchObject({ state: 'released' });
    expect(await tries(all)).toEqual(working);
    expect(await seen(all)).toEqual(before);
  });

  test('that outlives the last permission set of its owner is stopped by the organisation, with two people agreeing', async () => {
    const { eve, adam, set } = await colleagues('Left');
    const principal = { PrincipalType: 'USER', PrincipalId: eve.userId, PermissionSetArn: set } as const;
    const where = { TargetType: 'AWS_ACCOUNT', TargetId: sandbox.accounts.member } as const;
    const { instanceArn: InstanceArn } = await centerOf(sandbox);
    await sso.send(new DeleteAccountAssignmentCommand({ InstanceArn, ...principal, ...where }));
    const both = () => Promise.all([eve, adam].map(({ credentials }) => tryTheft(deployment, credentials)));
    expect(await both()).toEqual(['allowed', 'allowed']);

    await report(eve);
    const incident = await opened(deployment, eve.userName);
    const { results, told, asked } = await toTheEnd(deployment, incident);
    expect(asked.toSorted()).toEqual(['deny', 'handover', 'lockdown']);
    expect(results).toMatchObject({
      'deny-identity-center-user/apply': 'refused',
      'deny-by-organization/verify': 'verified',
    });
    expect(told).toContain('has no permission set that a deny could be written into');
    expect(await both()).toEqual(['denied', 'allowed']);
    await release(deployment, incident);
    expect(await both()).toEqual(['allowed', 'allowed']);
  });

  test('is stopped all the same where nobody may ask for one person, as an account to which it was delegated may not', async () => {
    const all = await colleagues('Delegated');
    const before = await seen(all);
    const denied = { action: 'sso:ListAccountAssignmentsForPrincipal', contains: all.eve.userId, effect: 'deny' };
    await sandbox.post('/_sandbox/faults', { rules: [denied] });
    await report(all.eve);
    const incident = await opened(deployment, all.eve.userName);
    const { told } = await toTheEnd(deployment, incident);
    expect(told).toContain(`${all.eve.userName} may enter 1 account with 1 permission set`);
    expect(await tries(all)).toEqual({ open: 'denied', anew: 'denied', colleague: 'allowed' });
    expect(await release(deployment, incident)).toMatchObject({ state: 'released' });
    expect(await seen(all)).toEqual(before);
  });

  test('in a sample finding stays as it is', async () => {
    const all = await colleagues('Sample');
    const before = await seen(all);
    await report(all.eve, { sample: true });
    const [run] = await until('the run to end', async () => {
      const runs = await runsAbout(deployment, [all.eve.userName]);
      return runs.length > 0 && runs.every(({ status }) => status !== 'RUNNING') ? runs : undefined;
    });
    expect(run?.output).toMatchObject({ outcome: 'ignored' });
    expect(await incidentsAbout(deployment, all.eve.userName)).toEqual([]);
    expect(await seen(all)).toEqual(before);
    expect(await tries(all)).toEqual(working);
  });
});

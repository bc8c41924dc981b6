/** Mistakes that other responders were published with, tried on this one. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeletePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { type Ended, opened, release, toTheEnd } from '../deployed/credentials/incident.ts';
import { deployed } from '../deployed/deployed.ts';
import { readPolicies } from '../deployed/proof/policies.ts';
import { sessionOf } from '../deployed/proof/probe.ts';
import { findingAboutKey } from '../sandbox/credential-finding.ts';
import type { Credentials } from '../sandbox/deployment.ts';
import { launch, tryTheft } from '../sandbox/estate.ts';
import { findingAbout, send } from '../sandbox/finding.ts';
import { hire, userSeen } from '../sandbox/identities.ts';
import { control, lift, organizationOf } from '../sandbox/organization.ts';
import { interfacesOf } from '../sandbox/readback.ts';
import { itemsOf } from '../scenario/runs.ts';

const deployment = deployed();
const { client, sandbox } = deployment;
const word = randomBytes(3).toString('hex');
const patience = { timeout: 600_000 };

const refusals = ['AccessDenied', 'AccessDeniedException'];
/** Whatever else AWS finds wrong with a call, it was let through first. */
const isRefused = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => false,
    (error: Error) => refusals.includes(error.name),
  );

type Attempts<C> = Readonly<Record<string, (as: C) => Promise<unknown>>>;

const anything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

/** Ways to give a role more, or to take what protects it. */
const widening = (RoleName: string): Attempts<IAMClient> => ({
  'give it a policy': (iam) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'probe', PolicyDocument: anything })),
  'attach one': (iam) =>
    iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })),
  'take one away': (iam) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'probe' })),
  'change whom it trusts': (iam) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: anything })),
  'delete it': (iam) => iam.send(new DeleteRoleCommand({ RoleName })),
});

const loosening = (PolicyId: string, TargetId: string, RootId: string): Attempts<OrganizationsClient> => ({
  'rewrite it': (org) => org.send(new UpdatePolicyCommand({ PolicyId, Content: anything })),
  'switch its kind off': (org) =>
    org.send(new DisablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' })),
  'detach it': (org) => org.send(new DetachPolicyCommand({ PolicyId, TargetId })),
  'delete it': (org) => org.send(new DeletePolicyCommand({ PolicyId })),
});

async function allowed<C>(as: C, attempts: Attempts<C>): Promise<string[]> {
  const tried = Object.entries(attempts).map(async ([what, attempt]) => [what, await isRefused(attempt(as))] as const);
  return (await Promise.all(tried)).flatMap(([what, refused]) => (refused ? [] : [what]));
}

/** What each role of ours may do, in an account where there is something to be done. */
async function succeeding(attempt: (as: Credentials, account: 'hub' | 'member') => Promise<string[]>) {
  const found: string[] = [];
  for (const { name, account: id } of (await readPolicies(deployment)).roles) {
    const account = id === sandbox.accounts.hub ? 'hub' : 'member';
    const done = await attempt(await sessionOf(deployment, name, account), account);
    found.push(...done.map((what) => `${name} in the ${account} may ${what}`));
  }
  return found;
}

/** That evidence stays locked against all of them is tried in the refusals, under "the vault". */
describe('a role that may edit any role, itself included', patience, () => {
  test('is none of ours: no role changes a role of ours, in the hub or in a member', async () => {
    const done = await succeeding(async (as, account) => {
      const iam = client(IAMClient, account, as);
      const roles = [
        'tourniquet-contain',
        'tourniquet-release',
        ...(account === 'hub' ? ['tourniquet-deny-user'] : []),
      ];
      const each = await Promise.all(roles.map((role) => allowed(iam, widening(role))));
      return each.flatMap((whats, index) => whats.map((what) => `${what}: ${roles[index]}`));
    });
    expect(done).toEqual([]);
  });

  test('nor one that loosens what the organisation forbids: letting go takes off what we have made alone', async () => {
    const { root } = await organizationOf(sandbox);
    const { member } = sandbox.accounts;
    const harmless = { Effect: 'Deny', Action: 'braket:*', Resource: '*' };
    const policy = await control(sandbox, member, `guardrail-${word}`, harmless);
    const done = await succeeding((as) =>
      allowed(client(OrganizationsClient, 'hub', as), loosening(policy, member, root)),
    );
    await lift(sandbox, member, policy).catch(() => {});
    expect(done).toEqual([]);
  });
});

/** Somebody frees the resources although they are still held: the next finding opens an incident of its own. */
async function forget(incident: string): Promise<void> {
  const [meta] = await itemsOf(deployment, `INC#${incident}`, 'META');
  const table = DynamoDBDocumentClient.from(client(DynamoDBClient, 'hub'));
  for (const claim of [meta?.claims ?? []].flat().map(String))
    await table.send(
      new UpdateCommand({
        TableName: deployment.outputs.TableName,
        Key: { pk: `RESOURCE#${claim}`, sk: 'CLAIM' },
        UpdateExpression: 'SET #state = :closed',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':closed': 'closed' },
      }),
    );
}

const rememberedIn = async (incident: string): Promise<unknown[]> =>
  (await itemsOf(deployment, `INC#${incident}`, 'BEFORE#')).map(({ step, before }) => [step, before]);

/** Two incidents about one thing, the second while the first still holds it. */
async function twice<T>(words: string, report: () => Promise<void>, seen: () => Promise<T>) {
  const before = await seen();
  const pass = async (count: number): Promise<Ended> => {
    await report();
    return toTheEnd(deployment, await opened(deployment, words, count), {
      lockdown: 'decline',
      block: 'decline',
      stop: 'decline',
    });
  };
  const first = await pass(1);
  const held = await seen();
  expect(held).not.toEqual(before);
  await forget(first.incident);
  const second = await pass(2);
  expect(second.incident).not.toBe(first.incident);
  expect(await seen()).toEqual(held);
  return { before, held, first, second };
}

describe.concurrent('a second incident about what is contained already does not take our containment for "before"', () => {
  test('of an instance', patience, async () => {
    const id = await launch(deployment, deployment.estate, { scaling: 'on its own' });
    const seen = () => interfacesOf(deployment, id);
    const report = () => send(deployment, findingAbout(deployment, id));
    const { before, first, second } = await twice(id, report, seen);
    expect(await rememberedIn(second.incident)).toEqual([]);
    expect(second.results).toMatchObject({ 'quarantine-interfaces/apply': 'refused' });
    expect(await release(deployment, first.incident)).toMatchObject({ state: 'released' });
    expect(await seen()).toEqual(before);
  });

  test('of a user', patience, async () => {
    const { name, key } = await hire(deployment, `twice-${word}`, { others: 'of each kind' });
    const holder = { accessKeyId: key.accessKeyId, userType: 'IAMUser', userName: name } as const;
    const seen = () => userSeen(deployment, name);
    const report = () => send(deployment, findingAboutKey(deployment, holder));
    const { before, first, second } = await twice(name, report, seen);
    expect(await rememberedIn(second.incident)).toEqual([]);
    expect(second.results).toMatchObject({ 'deny-user/apply': 'not-applicable' });
    expect(await tryTheft(deployment, key)).toBe('denied');
    expect(await release(deployment, first.incident)).toMatchObject({ state: 'released' });
    expect(await seen()).toEqual(before);
    expect(await tryTheft(deployment, key)).toBe('allowed');
  });
});

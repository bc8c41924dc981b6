/** What must be refused, really tried on the deployment with policies enforced; beside each refusal, that the right one may. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSnapshotsCommand,
  EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetObjectCommand, GetObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Instance } from '../../lambdas/ec2/instance/target.ts';
import { quarantineInterfaces } from '../../lambdas/ec2/quarantine-interfaces/step.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { type HubRight, RoleClass } from '../../lib/domain/step.ts';
import { classesOf, contractsOf, operationsOf } from '../../lib/infra/registry.ts';
import { deployed } from '../deployed/deployed.ts';
import { hubRights } from '../deployed/proof/hub-rights.ts';
import { probing } from '../deployed/proof/made.ts';
import { type Policies, readPolicies } from '../deployed/proof/policies.ts';
import {
  administrator,
  allPowerfulRole,
  enter,
  newTarget,
  outcomeOf,
  sessionOf,
  stepSession,
} from '../deployed/proof/probe.ts';
import { seal, tamperings } from '../deployed/proof/vault.ts';
import { type Credentials, configuration } from '../sandbox/deployment.ts';

const patience = { timeout: 600_000 };
/** A deployment that stands may be tried again. */
const word = randomBytes(3).toString('hex');
const deployment = deployed();
const { client, sandbox, slack } = deployment;
const contracts = contractsOf(parseConfig(configuration(sandbox, slack.url), { file: 'refusals' }));
let policies: Policies;

afterAll(() => {
  vi.unstubAllEnvs();
});
beforeAll(async () => {
  policies = await readPolicies(deployment);
});

describe("a step's session", patience, () => {
  let [target, neighbour]: Instance[] = [];
  let ec2: EC2Client;
  let iam: IAMClient;
  beforeAll(async () => {
    [target, neighbour] = await Promise.all([newTarget(deployment), newTarget(deployment)]);
    const session = await stepSession(
      deployment,
      'quarantine-interfaces',
      quarantineInterfaces.operations.apply,
      target,
    );
    ec2 = session.client(EC2Client);
    iam = session.client(IAMClient);
  }, 60_000);

  const swap = (instance: Instance | undefined) => {
    const [first] = instance?.interfaces ?? [];
    return ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: first?.id, Groups: first?.groups }),
    );
  };

  test('works on its own instance, and on no other', async () => {
    expect(await outcomeOf(swap(target))).toBe('allowed');
    expect(await outcomeOf(swap(neighbour))).toBe('denied');
  });

  test("does not do another step's work, nor anybody's", async () => {
    const InstanceId = target?.id;
    const RoleName = deployment.estate.profile;
    const policy = { RoleName, PolicyName: 'probe', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' };
    const attempts = [
      iam.send(new PutRolePolicyCommand(policy)),
      ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId } })),
      ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId ?? ''] })),
    ];
    expect(await Promise.all(attempts.map(outcomeOf))).toEqual(attempts.map(() => 'denied'));
  });
});

describe('the four roles of an account', patience, () => {
  const roles = RoleClass.options.map((as) => `tourniquet-${as}`);
  const enterAll = (as: Credentials) =>
    Promise.all(
      (['hub', 'member'] as const).flatMap((account) =>
        roles.map((role) => outcomeOf(enter(deployment, as, role, account))),
      ),
    );
  const never = roles.map(() => 'denied');

  test.for(contracts)('let $name in where its contract says so, and nowhere else', async (contract) => {
    const mine = classesOf(contract);
    const expected = RoleClass.options.map((as) => (mine.includes(as) ? 'allowed' : 'denied'));
    // What acts on the organisation does so from the one account that administers it: here the hub.
    const member = operationsOf(contract).some((operation) => operation.in === 'organization') ? never : expected;
    expect(await enterAll(await sessionOf(deployment, `tourniquet-${contract.name}`))).toEqual([
      ...expected,
      ...member,
    ]);
  });

  test('keep out whoever may assume everything, in the hub, in the member and in an account of nobody', async () => {
    const outsider = { accessKeyId: '777788889999', secretAccessKey: 'test' };
    const [hub, member, outside] = [client(IAMClient, 'hub'), client(IAMClient, 'member')].concat(
      client(IAMClient, 'hub', outsider),
    ) as [IAMClient, IAMClient, IAMClient];
    await Promise.all([hub, member, outside].map((iam) => allPowerfulRole(iam, `all-powerful-${word}`)));
    const strangers = await Promise.all([
      ...[hub, member, outside].map((iam) => administrator(iam, `administrator-${word}`)),
      sessionOf(deployment, `all-powerful-${word}`, 'hub'),
      sessionOf(deployment, `all-powerful-${word}`, 'member'),
    ]);
    expect(await Promise.all([...strangers, outsider].map(enterAll))).toEqual(
      [...strangers, outsider].map(() => [...never, ...never]),
    );
  });

  test('let nobody in by the name alone, nor by the tag alone', async () => {
    const iam = client(IAMClient, 'hub');
    const [name, tag] = [`tourniquet-guest-${word}`, `guest-${word}`];
    await Promise.all([name, tag].map((role) => allPowerfulRole(iam, role)));
    const Tags = RoleClass.options.map((as) => ({ Key: `tourniquet-${as}`, Value: 'tourniquet' }));
    await iam.send(new TagRoleCommand({ RoleName: tag, Tags }));
    const guests = await Promise.all([name, tag].map((role) => sessionOf(deployment, role)));
    expect(await Promise.all(guests.map(enterAll))).toEqual(guests.map(() => [...never, ...never]));
    // With both it is a function of ours as far as IAM can see.
    await iam.send(new TagRoleCommand({ RoleName: name, Tags }));
    expect(await enterAll(await sessionOf(deployment, name))).toContain('allowed');
  });

  test('are sought in our organisation alone: a role of the same name in any other account lures no function', async () => {
    const elsewhere = '777788889999';
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: sandbox.accounts.hub }, Action: 'sts:AssumeRole' }],
    });
    const iam = client(IAMClient, 'hub', { accessKeyId: elsewhere, secretAccessKey: 'test' });
    await allPowerfulRole(iam, 'tourniquet-contain', trust);
    const lured = async (as: Credentials) => {
      const RoleArn = `arn:aws:iam::${elsewhere}:role/tourniquet-contain`;
      const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: probing });
      return outcomeOf(client(STSClient, 'hub', as).send(command));
    };
    expect(await lured(await sessionOf(deployment, 'tourniquet-quarantine-interfaces'))).toBe('denied');
    await allPowerfulRole(client(IAMClient, 'hub'), `anybody-${word}`);
    expect(await lured(await sessionOf(deployment, `anybody-${word}`))).toBe('allowed');
  });

  test('ask for the organisation too: with another in the trust, not even the exact function gets in', async () => {
    const trusted = policies.roles.find(
      ({ name, account }) => name === 'tourniquet-contain' && account === sandbox.accounts.member,
    )?.trust;
    const iam = client(IAMClient, 'member');
    const trust = (PolicyDocument: string) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'tourniquet-contain', PolicyDocument }));
    const ours = JSON.stringify(trusted);
    const exact = await sessionOf(deployment, 'tourniquet-quarantine-interfaces');
    expect(ours).toContain('o-tourniquet1');
    await trust(ours.replaceAll('o-tourniquet1', 'o-somebodyelse'));
    const without = await outcomeOf(enter(deployment, exact, 'tourniquet-contain')).finally(() => trust(ours));
    expect(without).toBe('denied');
    expect(await outcomeOf(enter(deployment, exact, 'tourniquet-contain'))).toBe('allowed');
  });

  test('do not change themselves, nor each other, with all the rights they have', async () => {
    const inside = (step: string, role: string) =>
      sessionOf(deployment, `tourniquet-${step}`)
        .then((as) => enter(deployment, as, role))
        .then((as) => client(IAMClient, 'member', as));
    const contain = await inside('deny-session', 'tourniquet-contain');
    const release = await inside('deny-session', 'tourniquet-release');
    const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const put = (RoleName: string) =>
      contain.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'probe', PolicyDocument }));
    const remove = (RoleName: string, PolicyName = 'probe') =>
      release.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect(await Promise.all(roles.map(put).map(outcomeOf))).toEqual(never);
    const own = roles.map((role) => remove(role, role.replace('tourniquet-', '')));
    expect(await Promise.all(own.map(outcomeOf))).toEqual(never);
    const retrust = roles.map((RoleName) =>
      contain.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
    );
    expect(await Promise.all(retrust.map(outcomeOf))).toEqual(never);
    expect(await outcomeOf(contain.send(new DeleteRoleCommand({ RoleName: 'tourniquet-release' })))).toBe('denied');
    // The same two calls on the role of an instance are their work.
    expect(await outcomeOf(put(deployment.estate.profile))).toBe('allowed');
    expect(await outcomeOf(remove(deployment.estate.profile))).toBe('allowed');
  });
});

describe('the vault', patience, () => {
  test('is neither emptied nor loosened by any role of ours, nor by one of our name that may do everything', async () => {
    const sealer = await sessionOf(deployment, 'tourniquet-record-instance');
    const sealed = await seal(deployment, sealer);
    const intruder = { name: `tourniquet-intruder-${word}`, account: sandbox.accounts.hub };
    await allPowerfulRole(client(IAMClient, 'hub'), intruder.name);
    const named = policies.roles.map(({ name, account }) => ({ name, account }));
    const succeeded: string[] = [];
    for (const { name, account } of [...named, intruder]) {
      const as = await sessionOf(deployment, name, account === sandbox.accounts.hub ? 'hub' : 'member');
      const s3 = client(S3Client, 'hub', as);
      for (const [what, attempt] of Object.entries(tamperings(sealed)))
        if ((await outcomeOf(attempt(s3))) === 'allowed') succeeded.push(`${name} in ${account} may ${what}`);
    }
    expect(succeeded).toEqual([]);
    const root = client(S3Client, 'hub');
    const { Retention } = await root.send(new GetObjectRetentionCommand(sealed));
    expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(await (await root.send(new GetObjectCommand(sealed))).Body?.transformToString()).toBe('evidence');
  });
});

describe('in the hub', patience, () => {
  /** Starting a release leaves a run behind: that those who hold the word may is seen in the scenarios. */
  const seenElsewhere: readonly HubRight[] = ['start-release'];
  /** Of which another right is a part. */
  const wider: Readonly<Partial<Record<HubRight, readonly HubRight[]>>> = {
    'start-chained': ['start-playbook', 'start-for-identity'],
    'start-for-identity': ['start-playbook'],
    'start-for-instance': ['start-playbook'],
    'start-for-started': ['start-playbook'],
    copy: ['vault'],
    'read-back': ['read-vault', 'vault-parts'],
  };

  test.for(contracts)('$name does what its words say, and no more', async ({ name, hub }) => {
    const as = await sessionOf(deployment, `tourniquet-${name}`);
    const tries = Object.entries(await hubRights(deployment, policies)) as [
      HubRight,
      (as: Credentials) => Promise<unknown>,
    ][];
    const wrong: string[] = [];
    for (const [right, attempt] of tries) {
      const expected = [right, ...(wider[right] ?? [])].some((one) => hub.includes(one)) ? 'allowed' : 'denied';
      if (expected === 'allowed' && seenElsewhere.includes(right)) continue;
      const outcome = await outcomeOf(attempt(as));
      if (outcome !== expected) wrong.push(`${name}, ${right}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  test.for(contracts)('$name reads no evidence back and does not go through the table', async ({ name }) => {
    const as = await sessionOf(deployment, `tourniquet-${name}`);
    const { VaultName: Bucket, TableName } = deployment.outputs;
    const scan = client(DynamoDBClient, 'hub', as).send(new ScanCommand({ TableName }));
    const get = client(S3Client, 'hub', as).send(new GetObjectCommand({ Bucket, Key: 'probe/sealed' }));
    expect(await Promise.all([scan, get].map(outcomeOf))).toEqual(['denied', 'denied']);
  });
});

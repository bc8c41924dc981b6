/** The service control policy that guards us, attached to the member account: what it refuses to whom, and what goes on as before. */
import { randomBytes } from 'node:crypto';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeVpcsCommand,
  EC2Client,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DetachUserPolicyCommand,
  IAMClient,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { controlPolicy } from '../../lib/access/control-policy.ts';
import { incidentTag, quarantineTag } from '../../lib/domain/marks.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { deployed } from '../deployed/deployed.ts';
import { administrator, outcomeOf, sessionOf } from '../deployed/proof/probe.ts';
import { type Credentials, configuration } from '../sandbox/deployment.ts';
import { eventBridge } from '../sandbox/events.ts';
import { control, lift } from '../sandbox/organization.ts';

const deployment = deployed();
const { client, sandbox, slack, outputs } = deployment;
const { hub, member } = sandbox.accounts;
const word = randomBytes(3).toString('hex');
const vault = `guarded-${word}`;
const denyAll = `arn:aws:iam::${member}:policy/tourniquet-quarantine/tourniquet-deny-all`;

type Who = 'administrator' | 'root' | 'break-glass' | 'contain' | 'release';
let people: Readonly<Record<Who, Credentials>>;
let scp: string;
let made: Awaited<ReturnType<typeof makeThings>>;

const Listed = z.object({ Rules: z.array(z.object({ Name: z.string() })) });

/** A call to EventBridge about rules of the member; what is refused is thrown. */
async function rules(as: Credentials, action: string, request: object): Promise<object> {
  const { status, body } = await eventBridge(sandbox, sandbox.region, as, action, request);
  if (status === 200) return body;
  throw Object.assign(new Error(String(body.message)), { name: String(body.__type) });
}

/** As the account sees itself: no policy of the organisation stops a bystander. */
async function makeThings() {
  const ec2 = client(EC2Client, 'member');
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const markOf = (Key: string): string => (Key === quarantineTag ? 'open' : 'probe');
  const tagged = (ResourceType: ResourceType, Key: string) => [{ ResourceType, Tags: [{ Key, Value: markOf(Key) }] }];
  const group = async (name: string, tag: string) => {
    const TagSpecifications = tagged('security-group', tag);
    const given = { GroupName: `${name}-${word}`, Description: name, VpcId: Vpcs[0]?.VpcId, TagSpecifications };
    return (await ec2.send(new CreateSecurityGroupCommand(given))).GroupId ?? '';
  };
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${sandbox.region}a`, Size: 1 }));
  const snapshot = async (tag: string) => {
    const given = { VolumeId, TagSpecifications: tagged('snapshot', tag) };
    return (await ec2.send(new CreateSnapshotCommand(given))).SnapshotId ?? '';
  };
  const iam = client(IAMClient, 'member');
  const UserName = `contained-${word}`;
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: denyAll }));
  await client(S3Client, 'member').send(
    new CreateBucketCommand({ Bucket: vault, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  const root = { accessKeyId: member, secretAccessKey: 'root' };
  const listed = Listed.parse(await rules(root, 'ListRules', { NamePrefix: 'tourniquet-forward' }));
  return {
    rule: listed.Rules[0]?.Name ?? '',
    quarantine: await group('quarantine', quarantineTag),
    shop: await group('shop', 'owner'),
    evidence: await snapshot(incidentTag),
    copy: await snapshot('owner'),
    UserName,
  };
}

let port = 1;
/** Another rule each time: the same again is an error. */
function opened(GroupId: string): AuthorizeSecurityGroupIngressCommand {
  const FromPort = port++;
  const rule = { IpProtocol: 'tcp', FromPort, ToPort: FromPort, CidrIp: '192.0.2.0/24' };
  return new AuthorizeSecurityGroupIngressCommand({ GroupId, ...rule });
}

/** What would harm us, as somebody. None of it leaves a trace that another suite could meet. */
const harms = {
  'change a role of ours': (as: Credentials) =>
    client(IAMClient, 'member', as).send(
      new TagRoleCommand({ RoleName: 'tourniquet-contain', Tags: [{ Key: 'probe', Value: word }] }),
    ),
  'make a role of our name': (as: Credentials) => makeRole(as, `tourniquet-intruder-${word}`),
  'deafen a forwarder': async (as: Credentials) => {
    await rules(as, 'DisableRule', { Name: made.rule });
    await rules(as, 'EnableRule', { Name: made.rule });
  },
  'open a quarantine group': (as: Credentials) => client(EC2Client, 'member', as).send(opened(made.quarantine)),
  'delete a snapshot that is evidence': (as: Credentials) =>
    client(EC2Client, 'member', as).send(new DeleteSnapshotCommand({ SnapshotId: made.evidence })),
  'let a contained user go': (as: Credentials) =>
    client(IAMClient, 'member', as).send(new DetachUserPolicyCommand({ UserName: made.UserName, PolicyArn: denyAll })),
  'put evidence into the vault': (as: Credentials) =>
    client(S3Client, 'member', as).send(new PutObjectCommand({ Bucket: vault, Key: 'incidents/x', Body: 'forged' })),
  'delete evidence': (as: Credentials) =>
    client(S3Client, 'member', as).send(new DeleteObjectCommand({ Bucket: vault, Key: 'incidents/x' })),
};

async function makeRole(as: Credentials, RoleName: string): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const iam = client(IAMClient, 'member', as);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

const triedBy = async (who: Who): Promise<Record<string, string>> => {
  const results = Object.entries(harms).map(
    async ([what, harm]) => [what, await outcomeOf(harm(people[who]))] as const,
  );
  return Object.fromEntries(await Promise.all(results));
};
const all = (outcome: 'allowed' | 'denied') => Object.fromEntries(Object.keys(harms).map((what) => [what, outcome]));

beforeAll(async () => {
  const iam = client(IAMClient, 'member');
  made = await makeThings();
  const emergency = `break-glass-${word}`;
  people = {
    administrator: await administrator(iam, `guarded-administrator-${word}`),
    root: { accessKeyId: member, secretAccessKey: 'root' },
    'break-glass': await administrator(iam, emergency),
    contain: await sessionOf(deployment, 'tourniquet-contain', 'member'),
    release: await sessionOf(deployment, 'tourniquet-release', 'member'),
  };
  const config = parseConfig(configuration(sandbox, slack.url), { file: 'guard' });
  const { Statement } = controlPolicy({
    ...config,
    partition: 'aws',
    region: sandbox.region,
    hub,
    breakGlass: [`arn:aws:iam::${member}:user/${emergency}`],
    // The hub administers the organisation here, and no policy binds that account: a bucket of the member stands for the vault.
    vault,
    tables: [outputs.TableName ?? '', outputs.SettingsTableName ?? ''],
    keys: [outputs.VaultKeyArn ?? '', outputs.SealingKeyArn ?? ''],
  });
  scp = await control(sandbox, member, `guard-${word}`, ...Statement);
}, 60_000);
// What the last test detaches is detached again only where it failed before.
afterAll(() => lift(sandbox, member, scp).catch(() => undefined));

describe('the service control policy that guards us, on the member account', { timeout: 120_000 }, () => {
  test('refuses an administrator and the root user of the account', async () => {
    expect(await triedBy('administrator')).toEqual(all('denied'));
    expect(await triedBy('root')).toEqual(all('denied'));
  });

  test('lets our own roles do their work', async () => {
    expect(await outcomeOf(harms['open a quarantine group'](people.contain))).toBe('allowed');
    expect(await outcomeOf(harms['let a contained user go'](people.release))).toBe('allowed');
    const iam = client(IAMClient, 'member');
    await iam.send(new AttachUserPolicyCommand({ UserName: made.UserName, PolicyArn: denyAll }));
  });

  test('leaves everything else as it was', async () => {
    const ec2 = client(EC2Client, 'member', people.administrator);
    const attempts = [
      makeRole(people.administrator, `shop-${word}`),
      ec2.send(opened(made.shop)),
      ec2.send(new DeleteSnapshotCommand({ SnapshotId: made.copy })),
    ];
    expect(await Promise.all(attempts.map(outcomeOf))).toEqual(attempts.map(() => 'allowed'));
  });

  test('lets break-glass do all of it, and everybody once it is detached', async () => {
    expect(await triedBy('break-glass')).toEqual(all('allowed'));
    await lift(sandbox, member, scp);
    expect(await outcomeOf(harms['change a role of ours'](people.administrator))).toBe('allowed');
  });
});

/** The policies that people attach: who may do what under them, by an implementation of IAM's rules that is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { afterAll, describe, expect, test } from 'vitest';
import { type Office, offices } from '../../bin/console/calls.ts';
import { configurationIn } from '../../bin/console/configuration.ts';
import { delegationPolicy } from '../../bin/console/delegation-policy.ts';
import { officePolicy } from '../../bin/console/office-policy.ts';
import { everyVerb } from '../../bin/console/start.ts';
import { controlPolicy } from '../../lib/access/control-policy.ts';
import type { Guarded } from '../../lib/access/guarded.ts';
import { mostCharacters, type Policy, sizeOf } from '../../lib/access/policy.ts';
import { resourcePolicy } from '../../lib/access/resource-policy.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { contractsOf } from '../../lib/infra/registry.ts';

const [hub, member, elsewhere] = ['111122223333', '444455556666', '777788889999'];
const key = (id: string): string => `arn:aws:kms:eu-central-1:${hub}:key/${id}`;
const guarded: Guarded = {
  partition: 'aws',
  region: 'eu-central-1',
  hub,
  name: 'tourniquet',
  rolePath: '/',
  breakGlass: [`arn:aws:iam::${member}:role/break-glass`],
  organization: { id: 'o-exampleorgid' },
  rollout: { root: 'r-ab12', from: 'hub' },
  vault: 'tourniquet-vault-1',
  tables: ['tourniquet-table-1', 'tourniquet-settings-1'],
  keys: [key('11111111-2222-3333-4444-555555555555'), key('66666666-2222-3333-4444-555555555555')],
};

type Policies = Readonly<Partial<Record<'scp' | 'rcp', Policy>>>;

interface Attempt {
  readonly who: string;
  readonly action: string;
  readonly on: string;
  readonly context?: Record<string, string | string[]>;
}

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const full = { name: 'full', policy: everything };

/** Whether somebody whose own account lets it do everything may do one thing; what the resource's policy says is left out. */
async function outcome({ scp, rcp }: Policies, { who, action, on, context = {} }: Attempt): Promise<string> {
  const account = who.split(':')[4] ?? '';
  const accountId = on.split(':')[4] || hub;
  const level = (policy: Policy | undefined) => [
    { orgIdentifier: 'r-ab12', policies: policy ? [full, { name: 'ours', policy }] : [full] },
  ];
  const everybody = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  // Keys and roles let nobody in without.
  const foreign =
    account === accountId && !/^(kms|sts):/.test(action)
      ? {}
      : { resourcePolicy: { Version: '2012-10-17', Statement: [everybody] } };
  const organization = account === elsewhere ? 'o-somebodyelse' : 'o-exampleorgid';
  const result = await runSimulation(
    {
      request: {
        principal: who,
        action,
        resource: { resource: on, accountId },
        contextVariables: { 'aws:PrincipalArn': who, 'aws:PrincipalOrgID': organization, ...context },
      },
      identityPolicies: [full],
      serviceControlPolicies: level(account === elsewhere ? undefined : scp),
      // Every policy that lets all through stands in them by itself.
      resourceControlPolicies: rcp ? [{ orgIdentifier: 'r-ab12', policies: [{ name: 'ours', policy: rcp }] }] : [],
      ...foreign,
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const admin = role(member, 'administrator');
const hubAdmin = role(hub, 'administrator');
const contain = role(member, 'tourniquet-contain');
const stackSet = role(member, 'stacksets-exec-0123456789abcdef');
const deployer = role(hub, `cdk-hnb659fds-cfn-exec-role-${hub}-eu-central-1`);
const [breakGlass = ''] = guarded.breakGlass;
const user = `arn:aws:iam::${member}:user/bob`;
const group = `arn:aws:ec2:eu-west-1:${member}:security-group/sg-0123456789abcdef0`;
const snapshot = 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0';
const denyAll = { 'iam:PolicyARN': `arn:aws:iam::${member}:policy/tourniquet-quarantine/tourniquet-deny-all` };
const asBoundary = {
  'iam:PermissionsBoundary': `arn:aws:iam::${member}:policy/tourniquet-quarantine/tourniquet-deny-all`,
};
const ofQuarantine = { 'aws:ResourceTag/tourniquet-quarantine': 'closed' };
const ofEvidence = { 'aws:ResourceTag/tourniquet-incident': 'inc-0123456789ab' };
const mapping = `arn:aws:lambda:eu-central-1:${hub}:event-source-mapping:fa123456-14a1-4fd2-9fec-83de64ad683d`;
const ofOurFunction = {
  'lambda:FunctionArn': `arn:aws:lambda:eu-central-1:${hub}:function:tourniquet-copy-to-vault`,
};
const bucket = `arn:aws:s3:::${guarded.vault}`;
const [vaultKey = ''] = guarded.keys;

type Row = readonly [
  Sid: string,
  action: string,
  on: string,
  context: Record<string, string>,
  who: string,
  may: string[],
];

/** What somebody may not do, and who still may. */
const guardedActions: readonly Row[] = [
  ['Ours', 'iam:DeleteRole', contain, {}, admin, [stackSet, breakGlass]],
  ['Ours', 'iam:UpdateAssumeRolePolicy', contain, {}, `arn:aws:iam::${member}:root`, [stackSet, breakGlass]],
  ['Ours', 'iam:CreateRole', role(member, 'tourniquet-intruder'), {}, admin, [stackSet]],
  ['Ours', 'iam:PutRolePolicy', stackSet, {}, admin, [breakGlass]],
  ['Ours', 'iam:PassRole', role(hub, 'tourniquet-deny-session'), {}, hubAdmin, [deployer]],
  ['Ours', 'iam:PutRolePolicy', deployer, {}, hubAdmin, [breakGlass]],
  ['Ours', 'iam:UpdateAssumeRolePolicy', breakGlass, {}, admin, [breakGlass]],
  ['Ours', 'iam:CreatePolicyVersion', denyAll['iam:PolicyARN'], {}, admin, [stackSet, breakGlass]],
  [
    'Ours',
    'events:DisableRule',
    `arn:aws:events:us-east-1:${member}:rule/tourniquet-forward-0a1b2c3d`,
    {},
    admin,
    [stackSet],
  ],
  [
    'Ours',
    'events:RemoveTargets',
    `arn:aws:events:us-east-1:${member}:rule/tourniquet-forward-0a1b2c3d`,
    {},
    admin,
    [breakGlass],
  ],
  [
    'Ours',
    'cloudformation:DeleteStack',
    `arn:aws:cloudformation:eu-west-1:${member}:stack/StackSet-tourniquet-forwarders-1/x`,
    {},
    admin,
    [stackSet],
  ],
  [
    'Ours',
    'cloudformation:DeleteStackInstances',
    `arn:aws:cloudformation:eu-central-1:${hub}:stackset/tourniquet-forwarders:x`,
    {},
    hubAdmin,
    [deployer, breakGlass],
  ],
  [
    'Ours',
    'lambda:UpdateFunctionCode',
    `arn:aws:lambda:eu-central-1:${hub}:function:tourniquet-deny-session`,
    {},
    hubAdmin,
    [deployer],
  ],
  [
    'Ours',
    'states:StopExecution',
    `arn:aws:states:eu-central-1:${hub}:execution:tourniquet-root-user:x`,
    {},
    hubAdmin,
    [breakGlass],
  ],
  [
    'Ours',
    'scheduler:DeleteSchedule',
    `arn:aws:scheduler:eu-central-1:${hub}:schedule/tourniquet-clocks/x`,
    {},
    hubAdmin,
    [role(hub, 'tourniquet-clock-sweep')],
  ],
  ['Ours', 'sqs:DeleteQueue', `arn:aws:sqs:eu-central-1:${hub}:tourniquet-DeadLetters-x`, {}, hubAdmin, [deployer]],
  [
    'Ours',
    'dynamodb:PutItem',
    `arn:aws:dynamodb:eu-central-1:${hub}:table/${guarded.tables[1]}`,
    {},
    hubAdmin,
    [breakGlass, role(hub, 'tourniquet-keep-settings')],
  ],
  [
    'Ours',
    'dynamodb:DeleteItem',
    `arn:aws:dynamodb:eu-central-1:${hub}:table/${guarded.tables[0]}`,
    {},
    hubAdmin,
    [breakGlass],
  ],
  ['Ours', 's3:PutBucketPolicy', bucket, {}, hubAdmin, [deployer, breakGlass]],
  ['Ours', 's3:PutObject', `${bucket}/incidents/x`, {}, hubAdmin, [role(hub, 'tourniquet-seal-record')]],
  ['Ours', 'kms:ScheduleKeyDeletion', vaultKey, {}, hubAdmin, [breakGlass]],
  ['WhatFollowsTheTable', 'lambda:DeleteEventSourceMapping', mapping, ofOurFunction, hubAdmin, [deployer, breakGlass]],
  ['WhatFollowsTheTable', 'lambda:UpdateEventSourceMapping', mapping, ofOurFunction, hubAdmin, [deployer]],
  ['KeepsDenied', 'iam:DetachUserPolicy', user, denyAll, admin, [role(member, 'tourniquet-release'), breakGlass]],
  ['KeepsBounded', 'iam:DeleteUserPermissionsBoundary', user, asBoundary, admin, [role(member, 'tourniquet-release')]],
  ['QuarantineGroups', 'ec2:AuthorizeSecurityGroupIngress', group, ofQuarantine, admin, [contain, breakGlass]],
  ['QuarantineGroups', 'ec2:DeleteTags', group, ofQuarantine, admin, [breakGlass]],
  ['EvidenceSnapshots', 'ec2:DeleteSnapshot', snapshot, ofEvidence, admin, [breakGlass]],
  ['EvidenceSnapshots', 'ec2:ModifySnapshotAttribute', snapshot, ofEvidence, admin, [contain]],
];

/** What goes on as before. */
const elsewhereInTheAccount: readonly Attempt[] = [
  { who: admin, action: 'iam:DeleteRole', on: role(member, 'shop') },
  { who: admin, action: 'iam:GetRole', on: contain },
  { who: admin, action: 'events:DisableRule', on: `arn:aws:events:us-east-1:${member}:rule/nightly` },
  {
    who: admin,
    action: 'iam:DetachUserPolicy',
    on: user,
    context: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
  },
  { who: admin, action: 'ec2:AuthorizeSecurityGroupIngress', on: group },
  { who: admin, action: 'ec2:DeleteSnapshot', on: snapshot, context: { 'aws:ResourceTag/owner': 'shop' } },
  {
    who: hubAdmin,
    action: 'lambda:DeleteEventSourceMapping',
    on: mapping,
    context: { 'lambda:FunctionArn': `arn:aws:lambda:eu-central-1:${hub}:function:shop-orders` },
  },
  { who: hubAdmin, action: 's3:GetObject', on: `${bucket}/incidents/x` },
  { who: hubAdmin, action: 's3:PutObject', on: 'arn:aws:s3:::shop/x' },
  { who: hubAdmin, action: 'kms:ScheduleKeyDeletion', on: key('77777777-2222-3333-4444-555555555555') },
  {
    who: hubAdmin,
    action: 'secretsmanager:PutSecretValue',
    on: `arn:aws:secretsmanager:eu-central-1:${hub}:secret:tourniquet-slack`,
  },
  { who: hubAdmin, action: 'dynamodb:GetItem', on: `arn:aws:dynamodb:eu-central-1:${hub}:table/${guarded.tables[0]}` },
  { who: hubAdmin, action: 'iam:PutRolePolicy', on: role(hub, `cdk-hnb659fds-cfn-exec-role-${member}-eu-central-1`) },
];

describe('the service control policy', () => {
  const scp = controlPolicy(guarded);

  test.for(guardedActions)('%s: %s on %s', async ([Sid, action, on, context, who, may]) => {
    const attempt = { action, on, context };
    const without = { ...scp, Statement: scp.Statement.filter((statement) => statement.Sid !== Sid) };
    expect(await outcome({ scp }, { who, ...attempt })).toBe('denied');
    // Denied by that statement, and by no other.
    expect(await outcome({ scp: without }, { who, ...attempt })).toBe('allowed');
    for (const one of may) expect([one, await outcome({ scp }, { who: one, ...attempt })]).toEqual([one, 'allowed']);
  });

  test.for(elsewhereInTheAccount)('leaves alone $action on $on', async (attempt) => {
    expect(await outcome({ scp }, attempt)).toBe('allowed');
  });

  test('has no action that no service knows, and none without a resource of its service', () => {
    const [ours] = scp.Statement;
    const services = new Set(ours?.Action.map((action) => action.split(':')[0]));
    expect(new Set(ours?.Resource.map((resource) => resource.split(':')[2]))).toEqual(services);
  });
});

describe('the resource control policy', () => {
  const rcp = resourcePolicy(guarded);
  const stranger = role(elsewhere, 'tourniquet-contain');
  const rows: readonly Row[] = [
    ['Vault', 's3:DeleteObjectVersion', `${bucket}/incidents/x`, {}, hubAdmin, [breakGlass]],
    ['Keys', 'kms:ScheduleKeyDeletion', vaultKey, {}, hubAdmin, [deployer]],
    ['Roles', 'sts:AssumeRole', contain, {}, admin, [role(hub, 'tourniquet-deny-session')]],
    ['Roles', 'sts:AssumeRole', contain, {}, role(member, 'tourniquet-release'), []],
    [
      'DeadLetters',
      'sqs:PurgeQueue',
      `arn:aws:sqs:eu-central-1:${hub}:tourniquet-DeadLetters-x`,
      {},
      hubAdmin,
      [breakGlass],
    ],
    ['NobodyOutside', 's3:GetObject', `${bucket}/incidents/x`, {}, stranger, [hubAdmin]],
  ];

  test.for(rows)('%s: %s on %s', async ([Sid, action, on, context, who, may]) => {
    const attempt = { action, on, context };
    const without = { ...rcp, Statement: rcp.Statement.filter((statement) => statement.Sid !== Sid) };
    expect(await outcome({ rcp }, { who, ...attempt })).toBe('denied');
    expect(await outcome({ rcp: without }, { who, ...attempt })).toBe('allowed');
    for (const one of may) expect([one, await outcome({ rcp }, { who: one, ...attempt })]).toEqual([one, 'allowed']);
  });

  test('leaves alone what is not ours, and services of AWS', async () => {
    const service = { 'aws:PrincipalIsAWSService': 'true' };
    const attempts: readonly Attempt[] = [
      { who: stranger, action: 's3:GetObject', on: 'arn:aws:s3:::shop/x' },
      { who: admin, action: 'sts:AssumeRole', on: role(member, 'shop') },
      { who: stranger, action: 's3:GetObject', on: `${bucket}/incidents/x`, context: service },
    ];
    for (const attempt of attempts) expect(await outcome({ rcp }, attempt)).toBe('allowed');
  });

  test('is made of nothing but what such a policy may hold', () => {
    const services = rcp.Statement.flatMap(({ Action }) => Action.map((action) => action.split(':')[0]));
    expect(new Set(services)).toEqual(new Set(['s3', 'kms', 'sts', 'sqs']));
    expect(
      rcp.Statement.every(
        ({ Effect, Principal, Action }) => Effect === 'Deny' && Principal === '*' && !Action.includes('*'),
      ),
    ).toBe(true);
  });
});

describe('sizes', () => {
  const breakGlassAt = (count: number) =>
    Array.from({ length: count }, (_, index) => `arn:aws-us-gov:iam::${member}:role/emergency/break-glass-${index}`);
  const largest: Guarded = {
    ...guarded,
    partition: 'aws-us-gov',
    region: 'us-gov-west-1',
    name: 'a-name-of-nineteen-',
    rolePath: '/security/incident-response/',
    breakGlass: breakGlassAt(2),
    vault: 'v'.repeat(63),
  };

  test.for([
    ['usual', guarded],
    ['largest', largest],
  ] as const)('%s: AWS takes them', ([, given]) => {
    expect(sizeOf(controlPolicy(given))).toBeLessThanOrEqual(mostCharacters.scp);
    // What has no room is left out, and nothing else.
    expect(controlPolicy(given).Statement).toHaveLength(given === guarded ? 6 : 5);
    expect(sizeOf(resourcePolicy(given))).toBeLessThanOrEqual(mostCharacters.rcp);
  });
});

describe('the resource policy of the organisation', () => {
  const admin = { account: hub, management: '999988887777' };
  const config = parseConfig({ hub, organizationAdmin: admin }, { file: 'test' });
  const { Statement } = delegationPolicy(contractsOf(config), 'aws', admin);

  test('delegates what the steps call there, of our policies, to that account, and no move', () => {
    const changing = Statement.filter(({ Action }) =>
      Action.some((action) => /Create|Attach|Detach|Delete/.test(action)),
    );
    expect(changing.length).toBeGreaterThan(2);
    for (const { Condition } of changing)
      expect(Condition?.StringEquals).toEqual({ 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' });
    for (const { Principal } of Statement) expect(Principal).toEqual({ AWS: `arn:aws:iam::${hub}:root` });
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions).toEqual(expect.arrayContaining(['organizations:CreatePolicy', 'organizations:DetachPolicy']));
    expect(actions.filter((action) => !/^organizations:(?!Move)/.test(action))).toEqual([]);
    const accounts = Statement.flatMap(({ Resource }) => Resource.map((one) => one.split(':')[4] ?? '*'));
    expect(new Set(accounts)).toEqual(new Set(['999988887777', '*']));
  });
});

describe('the configuration that policies are made of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tourniquet-policies-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (text: string): string => {
    const file = join(folder, 'my.json');
    writeFileSync(file, text);
    return file;
  };

  test('is what cdk.json has, or a file', async () => {
    expect(await configurationIn(null)).toMatchObject({ name: 'tourniquet', mode: 'observe' });
    const file = written('{ "$schema": "x", "name": "mine", "breakGlass": ["arn:aws:iam::111122223333:user/b"] }');
    expect(await configurationIn(file)).toMatchObject({
      name: 'mine',
      breakGlass: ['arn:aws:iam::111122223333:user/b'],
    });
  });

  test.for([
    ['{ "breakGlas": [] }', 'did you mean "breakGlass"?'],
    ['[]', 'should hold one JSON object'],
    ['{', 'my.json: '],
  ])('%s is refused in words', async ([text = '', words]) => {
    await expect(configurationIn(written(text))).rejects.toThrow(words);
  });
});

describe('the managed policies of people', () => {
  const outputs: Readonly<Record<string, string>> = {
    TableName: guarded.tables[0] ?? '',
    SettingsTableName: guarded.tables[1] ?? '',
    VaultName: guarded.vault,
    VaultKeyArn: vaultKey,
    SealingKeyArn: guarded.keys[1] ?? '',
    DecisionsUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/decisions',
    SealUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/seal',
    ClocksUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/clocks',
    SettingsUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/settings',
    DeadLettersArn: `arn:aws:sqs:eu-central-1:${hub}:tourniquet-DeadLetters-x`,
  };
  const found = {
    name: 'tourniquet',
    output: (name: string) => outputs[name] ?? '',
    has: (name: string) => name in outputs,
  };
  const held = async (office: Office) => officePolicy(await everyVerb(), office, found);
  const person = `arn:aws:iam::${hub}:user/rosa`;
  const [table = '', settings = ''] = guarded.tables.map((one) => `arn:aws:dynamodb:eu-central-1:${hub}:table/${one}`);
  const route = (path: string) => `arn:aws:execute-api:eu-central-1:${hub}:a1b2c3d4e5/$default/POST/${path}`;

  const may = async (office: Office, action: string, resource: string, context: Record<string, string[]> = {}) => {
    const result = await runSimulation(
      {
        request: { principal: person, action, resource: { resource, accountId: hub }, contextVariables: context },
        identityPolicies: [{ name: office, policy: await held(office) }],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    return result.resultType !== 'error' && result.overallResult === 'Allowed' ? 'yes' : 'no';
  };

  test.for(offices)('%s: AWS takes it, and it names every resource', async (office) => {
    const policy = await held(office);
    expect(sizeOf(policy)).toBeLessThanOrEqual(mostCharacters[office]);
    const [reads, others] = [
      policy.Statement.filter(({ Sid }) => Sid === 'Anything'),
      policy.Statement.filter(({ Sid }) => Sid !== 'Anything'),
    ];
    const named = others.flatMap(({ Action, Resource }) => [...Action, ...Resource]);
    expect(named.filter((one) => /^\*$|:\*$|undefined/.test(one))).toEqual([]);
    // Only what the doctor asks, and nothing that shows a secret.
    expect(reads.length).toBe(office === 'operator' ? 1 : 0);
    const actions = reads.flatMap(({ Action }) => Action);
    expect(
      actions.filter((one) => !/:(Describe|Get|List|Simulate)/.test(one) || /Secret|Object$|GetItem/.test(one)),
    ).toEqual([]);
  });

  test('part what people do: only responders decide and change settings, auditors read evidence', async () => {
    const asked = (action: string, on: string) => Promise.all(offices.map((office) => may(office, action, on)));
    expect(await asked('dynamodb:Query', table)).toEqual(['yes', 'yes', 'yes']);
    expect(await asked('execute-api:Invoke', route('decisions'))).toEqual(['yes', 'no', 'no']);
    expect(await asked('s3:GetObjectVersion', `${bucket}/exports/x`)).toEqual(['yes', 'yes', 'no']);
    expect(await asked('s3:ListBucketVersions', bucket)).toEqual(['yes', 'yes', 'no']);
    expect(await asked('dynamodb:DeleteItem', table)).toEqual(['no', 'no', 'no']);
    const letters = outputs.DeadLettersArn ?? '';
    expect(await asked('sqs:ReceiveMessage', letters)).toEqual(['yes', 'no', 'yes']);
    expect(await asked('sqs:DeleteMessage', letters)).toEqual(['no', 'no', 'yes']);
    const step = (name: string) => `arn:aws:lambda:eu-central-1:${hub}:function:tourniquet-${name}`;
    expect(await asked('lambda:InvokeFunction', step('route-finding'))).toEqual(['no', 'no', 'yes']);
    expect(await asked('lambda:InvokeFunction', step('decide-approval'))).toEqual(['no', 'no', 'no']);
    // As a check, which does nothing else.
    expect(await asked('lambda:InvokeFunction', `${step('decide-approval')}:$LATEST`)).toEqual(['no', 'no', 'yes']);
    expect(await asked('execute-api:Invoke', route('settings'))).toEqual(['yes', 'no', 'no']);
    for (const one of [table, settings]) expect(await asked('dynamodb:PutItem', one)).toEqual(['no', 'no', 'no']);
    expect(await asked('dynamodb:Query', settings)).toEqual(['yes', 'yes', 'yes']);
  });
});

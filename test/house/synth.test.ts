import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { attention } from '../../lib/domain/attention.ts';
import { quarantinePath, quarantinePolicy, rightsPath } from '../../lib/domain/identity.ts';
import { camel } from '../../lib/domain/step.ts';
import { newApp, resourceLimit } from '../../lib/infra/app.ts';
import { calledBy, classesOf, contractsOf, operationsOf } from '../../lib/infra/registry.ts';
import { failedRunRules, perRule, ruleNames } from '../../lib/infra/rule-names.ts';
import { suppress } from '../../lib/infra/suppressions.ts';
import { deskPatterns, patternLimit, patternsOf } from '../../lib/routing/patterns.ts';
import { playbooks } from '../../playbooks/index.ts';
import { full, hub, plain } from './configurations.ts';
import { production } from './sources.ts';
import { appOf, list, mayOn, nagOf, ofType, resourcesOf, stackOf, stacksOf, statementsOf, theOne } from './template.ts';

const [single, several] = [appOf(plain), appOf(full)];
const everyStack = [...stacksOf(single), ...stacksOf(several)].map((stack) => [stack.artifactId, stack] as const);
const inHub = resourcesOf(stackOf(several, 'Tourniquet'));
const inMember = resourcesOf(stackOf(several, 'TourniquetMember'));
/** Neither the hub nor a member. */
const administrator = '777788889999';
const organizationAdmin = { account: administrator, management: administrator };
const administered = resourcesOf(stackOf(appOf({ ...full, organizationAdmin }), 'Tourniquet'));
const contracts = contractsOf(full);
const functionNames = contracts.map(({ name }) => `tourniquet-${name}`);
const roleOf = (name: string) => theOne(inHub, 'AWS::IAM::Role', 'RoleName', `tourniquet-${name}`);
const functionOf = (name: string) => theOne(inHub, 'AWS::Lambda::Function', 'FunctionName', `tourniquet-${name}`);

test('one account needs one stack, so that `cdk deploy` needs no argument', () => {
  expect(stacksOf(single).map(({ stackName }) => stackName)).toEqual(['tourniquet']);
  expect(stacksOf(several).map(({ stackName }) => stackName)).toEqual([
    'tourniquet',
    'tourniquet-member',
    'tourniquet-forwarder',
    'tourniquet-rollout',
  ]);
});

describe.each(everyStack)('stack %#: %s', (_, stack) => {
  test('warns of nothing', () => {
    const annotations = Annotations.fromStack(stack);
    const found = [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())];
    expect(found.map(({ id, entry }) => `${id}: ${entry.data}`)).toEqual([]);
  });

  test(`has room below ${resourceLimit} resources and names no partition`, () => {
    const template = Template.fromStack(stack).toJSON() as object;
    expect(resourcesOf(stack).length).toBeLessThan(resourceLimit);
    expect(JSON.stringify(template)).not.toMatch(/arn:aws[:-]/);
  });

  test('leaves only the records, the settings, the sealed evidence, its key and the key that signs records behind', () => {
    const kept = resourcesOf(stack).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
    const named = kept.map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => [
      Type,
      DeletionPolicy,
      UpdateReplacePolicy,
    ]);
    const isHub = stack.artifactId === 'Tourniquet';
    // Made by a deployment that failed, they go again; the protected table cannot, and would hold the rollback up.
    const unlessNew = ['RetainExceptOnCreate', 'Retain'];
    expect(named.toSorted()).toEqual(
      isHub
        ? [
            ['AWS::DynamoDB::Table', 'Retain', 'Retain'],
            ['AWS::DynamoDB::Table', 'Retain', 'Retain'],
            ['AWS::KMS::Key', ...unlessNew],
            ['AWS::KMS::Key', ...unlessNew],
            ['AWS::S3::Bucket', ...unlessNew],
          ]
        : [],
    );
  });

  test('makes no version of a function: with them a hub of a hundred functions would break the limit of resources', () => {
    expect(ofType(resourcesOf(stack), 'AWS::Lambda::Version')).toEqual([]);
  });

  test('keeps every right in an inline policy of a named role, or in a managed policy of ours that roles share', () => {
    const resources = resourcesOf(stack);
    expect(ofType(resources, 'AWS::IAM::Policy')).toEqual([]);
    const granting = ofType(resources, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument).includes('"Allow"'),
    );
    for (const { Properties } of granting) {
      expect(Properties.Path).toBe(rightsPath);
      expect(String(Properties.ManagedPolicyName)).toContain('-and-');
    }
    const held = ofType(resources, 'AWS::IAM::Role').flatMap(({ Properties }) => {
      expect(Properties.RoleName).toMatch(/^tourniquet-[a-z0-9-]+$/);
      return (Properties.ManagedPolicyArns ?? []) as string[];
    });
    const roles = Object.values(Object.groupBy(held, (ref) => ref)).map((those = []) => those.length);
    expect(roles).toHaveLength(granting.length);
    for (const count of roles) expect(count).toBeGreaterThan(1);
  });
});

describe('cdk-nag', () => {
  /** A stack with a role whose rights are too wide in two ways; the key of an object may hold a parenthesis. */
  function wideRole(): { readonly app: App; readonly role: CfnRole } {
    const app = newApp();
    const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::bucket/copy (*' }];
    const policies = [{ policyName: 'wide', policyDocument: { Version: '2012-10-17', Statement } }];
    const assumeRolePolicyDocument = { Version: '2012-10-17', Statement: [] };
    const role = new CfnRole(new Stack(app, 'Probe'), 'Wide', { assumeRolePolicyDocument, policies });
    return { app, role };
  }

  test.each([
    ['plain', single],
    ['full', several],
  ])('has nothing against the %s configuration that is not suppressed for a reason', (_, app) => {
    const { found, reasons } = nagOf(app);
    expect(found).toEqual([]);
    expect(reasons.length).toBeGreaterThan(100);
    expect(reasons.filter((reason) => !reason)).toEqual([]);
  });

  test('does look: a bare bucket is refused', () => {
    const app = appOf(plain);
    new Bucket(stackOf(app, 'Tourniquet'), 'Bare');
    expect(() => app.synth()).toThrow('AwsSolutions-S1');
  });

  test('names everything that a rule found', () => {
    const { app } = wideRole();
    for (const found of ['AwsSolutions-IAM5', '[Action::s3:*]', '[Resource::arn:aws:s3:::bucket/copy (*]'])
      expect(() => app.synth()).toThrow(found);
  });

  test('is answered by one suppression for all that a rule found, and for no other rule', () => {
    const right = wideRole();
    suppress(right.role, 'IAM5', 'for the test');
    expect(nagOf(right.app)).toEqual({ found: [], reasons: ['for the test', 'for the test'] });
    const wrong = wideRole();
    suppress(wrong.role, 'IAM4', 'for the test');
    expect(() => wrong.app.synth()).toThrow('AwsSolutions-IAM5');
  });
});

test('neither the stack nor its tables are deleted by a slip', () => {
  expect(stackOf(several, 'Tourniquet').terminationProtection).toBe(true);
  const tables = ofType(inHub, 'AWS::DynamoDB::Table').map(({ Properties }) => Properties.DeletionProtectionEnabled);
  expect(tables).toEqual([true, true]);
});

test('the tables can be restored to any second and cost nothing when idle', () => {
  for (const { Properties } of ofType(inHub, 'AWS::DynamoDB::Table'))
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
});

test('the vault locks, encrypts with its own key, and is closed to the public', () => {
  const vault = ofType(inHub, 'AWS::S3::Bucket')[0]?.Properties;
  expect(vault).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 104 } } },
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  expect(JSON.stringify(vault)).toContain('"SSEAlgorithm":"aws:kms"');
  expect(vault).not.toHaveProperty('BucketName');
});

test('the vault locks in compliance mode where it is configured, and functions lock what they seal the same way', () => {
  const strict = resourcesOf(stackOf(appOf({ ...full, lock: 'compliance' }), 'Tourniquet'));
  expect(ofType(strict, 'AWS::S3::Bucket')[0]?.Properties).toMatchObject({
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 104 } } },
  });
  const variables = ofType(strict, 'AWS::Lambda::Function').map(
    ({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }).Variables,
  );
  const locks = variables.filter(({ TOURNIQUET_RETENTION_DAYS }) => TOURNIQUET_RETENTION_DAYS);
  expect(locks.length).toBeGreaterThan(5);
  expect(new Set(locks.map(({ TOURNIQUET_LOCK }) => TOURNIQUET_LOCK))).toEqual(new Set(['compliance']));
});

test('the vault refuses plain HTTP, and every role of ours that would take evidence away', () => {
  const policies = ofType(inHub, 'AWS::S3::BucketPolicy').map(({ Properties }) => Properties.PolicyDocument);
  const Statement = policies.flatMap((policy) => (policy as { Statement: object[] }).Statement);
  expect(Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  );
  expect(Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: expect.arrayContaining(['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:PutBucketPolicy']),
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/tourniquet-*' } },
    }),
  );
});

test('neither the key of the vault nor the key that signs can be taken away by a role of ours', () => {
  const lasting = ofType(inHub, 'AWS::KMS::Key').filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
  const denials = lasting.map(({ Properties }) => {
    const { Statement } = Properties.KeyPolicy as { Statement: { Sid?: string }[] };
    return Statement.find(({ Sid }) => Sid === 'NoResponderTampers');
  });
  expect(denials[0]).toEqual({
    Sid: 'NoResponderTampers',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Resource: '*',
    Action: expect.arrayContaining(['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy']),
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/tourniquet-*' } },
  });
  expect(denials).toEqual([denials[0], denials[0]]);
});

test('only seal-record and seal-checkpoint sign, in one way', () => {
  const { KeySpec, KeyPolicy } = theOne(inHub, 'AWS::KMS::Key', 'KeyUsage', 'SIGN_VERIFY').Properties;
  expect(KeySpec).toBe('ECC_NIST_P256');
  const { Statement } = KeyPolicy as { Statement: object[] };
  const denied = { Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' };
  expect(Statement).toContainEqual(
    expect.objectContaining({
      ...denied,
      Action: 'kms:Sign',
      Condition: {
        ArnNotLike: {
          'aws:PrincipalArn': ['seal-record', 'seal-checkpoint'].map((name) => `arn:*:iam::*:role/tourniquet-${name}`),
        },
      },
    }),
  );
  const signing = ofType(inHub, 'AWS::IAM::Role').flatMap((role) =>
    statementsOf(role).flatMap((one) =>
      list(one.Action).includes('kms:Sign') ? [[role.Properties.RoleName, one]] : [],
    ),
  );
  const Condition = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' } };
  expect(signing).toEqual(
    ['seal-record', 'seal-checkpoint'].map((name) => [`tourniquet-${name}`, expect.objectContaining({ Condition })]),
  );
});

/** Objects of the vault, hubs of Security Hub, schedules, our rules, queues of forwarders, streams of a function's own, runs, and the four roles in the account of a finding. */
const givenAtRunTime =
  /^<VaultBucket\w+\.Arn>\/((incidents|checkpoints|copies)\/)?\*$|:schedule\/|:rule\/tourniquet-\*$|:sqs:\*:\*:tourniquet-forwarder-dead-letters$|:log-stream:\*\/tourniquet-[a-z-]+\[\*$|:execution:tourniquet-(release:)?\*$|:securityhub:\*:\d{12}:(hub\/default|hubv2\/\*)$|^arn:aws:iam::\*:role\/tourniquet-(read-evidence|contain|release|eradicate)$/;

/** What a function may do on one of the tables. */
const usedOf = (name: string, table: 'Incidents' | 'Settings'): string[] =>
  statementsOf(roleOf(name))
    .filter(({ Resource }) => list(Resource).some((one) => one.startsWith(`<${table}Table`)))
    .flatMap(({ Action }) => list(Action))
    .toSorted();

describe.each(contracts.map((contract) => [contract.name, contract] as const))('function %s', (name, contract) => {
  test('has a role without a wildcard, but for tracing, lists of schedules, streams and accounts, and names given at run time', () => {
    for (const { Action, Resource } of statementsOf(roleOf(name))) {
      expect(list(Action).filter((action) => action.includes('*'))).toEqual([]);
      const open = list(Resource).filter((arn) => arn.includes('*') && !givenAtRunTime.test(arn));
      // GuardDuty's findings are no resource, and its list of detectors is none (Service Authorization Reference).
      const without =
        /^(xray:|(scheduler:ListSchedules|events:ListRules|dynamodb:ListStreams|guardduty:(ListDetectors|GetFindings|ArchiveFindings))$|organizations:List)/;
      if (open.length > 0) expect(list(Action).filter((action) => !without.test(action))).toEqual([]);
    }
  });

  test('reaches exactly the member roles its operations work through: here, in members, where the organisation is administered', () => {
    const through = (where: 'organization' | undefined, account: string): string[] => {
      const there = operationsOf(contract).filter((one) => one.permissions.length > 0 && one.in === where);
      return [...new Set(there.map(({ as }) => `arn:aws:iam::${account}:role/tourniquet-${as}`))];
    };
    const [here, above] = [through(undefined, hub), through('organization', administrator)];
    const elsewhere = { StringEquals: { 'aws:ResourceOrgID': 'o-abcdefghij' } };
    const expected = [
      { on: [...here, ...above], when: undefined },
      { on: through(undefined, '*'), when: elsewhere },
    ];
    const role = theOne(administered, 'AWS::IAM::Role', 'RoleName', `tourniquet-${name}`);
    const assuming = statementsOf(role).filter(({ Action }) => list(Action).includes('sts:AssumeRole'));
    expect(assuming.map(({ Resource, Condition }) => ({ on: list(Resource).toSorted(), when: Condition }))).toEqual(
      expected.filter(({ on }) => on.length > 0).map(({ on, when }) => ({ on: on.toSorted(), when })),
    );
  });

  test('carries the tag of each member role it works through, and no other', () => {
    const tags = (roleOf(name).Properties.Tags ?? []) as object[];
    expect(tags).toEqual(
      classesOf(contract)
        .toSorted()
        .map((as) => ({ Key: `tourniquet-${as}`, Value: 'tourniquet' })),
    );
  });

  test('reads single items, whole incidents only by right, and but for one never deletes', () => {
    // The mode, as an earlier version kept it there.
    const none = name === 'keep-settings' ? ['GetItem'] : [];
    const some = { untouched: none, heard: ['UpdateItem'] };
    const single = 'record' in contract ? some[contract.record ?? 'untouched'] : ['GetItem', 'PutItem', 'UpdateItem'];
    // Lambda reads the stream with the role of the function that follows it; the list of streams names none.
    const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
    const expected = [
      ...single,
      ...(contract.hub.includes('read-incident') ? ['Query'] : []),
      // What has left, and nothing else: see below.
      ...(name === 'keep-retention' ? ['DeleteItem'] : []),
      ...(['copy', 'security-hub'].some((right) => contract.hub.some((one) => one === right)) ? stream : []),
    ];
    expect(usedOf(name, 'Incidents')).toEqual(expected.map((action) => `dynamodb:${action}`).toSorted());
  });

  test('reads the settings only by right, and writes them only if it keeps them', () => {
    const read = contract.hub.includes('read-settings') ? ['GetItem'] : [];
    const expected = name === 'keep-settings' ? ['GetItem', 'PutItem', 'UpdateItem'] : read;
    expect(usedOf(name, 'Settings')).toEqual(expected.map((action) => `dynamodb:${action}`));
  });

  test('writes only streams of its own name into the log of all, kept as configured', () => {
    const { Properties } = theOne(inHub, 'AWS::Logs::LogGroup', 'LogGroupName', '/tourniquet/functions');
    expect(Properties.RetentionInDays).toBe(365);
    const made = functionOf(name).Properties;
    expect(made).toMatchObject({ Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' } });
    const { LogGroup: group } = made.LoggingConfig as { LogGroup: string };
    expect(group).toMatch(/^<FunctionLog\w+>$/);
    const streams = `arn:aws:logs:eu-central-1:${hub}:log-group:${group}:log-stream:*/tourniquet-${name}[*`;
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
      expect(mayOn(roleOf(name), action)).toEqual([streams]);
  });
});

test('all functions come from one asset', () => {
  const code = ofType(inHub, 'AWS::Lambda::Function').map(({ Properties }) => JSON.stringify(Properties.Code));
  expect(code).toHaveLength(functionNames.length);
  expect(new Set(code).size).toBe(1);
});

describe.each(['read-evidence', 'contain', 'release', 'eradicate'] as const)('member role %s', (role) => {
  const made = theOne(inMember, 'AWS::IAM::Role', 'RoleName', `tourniquet-${role}`);
  const entered = contracts.some((contract) => classesOf(contract).includes(role));

  test('lets in the hub functions of its class by their tag, from our organisation', () => {
    const { Statement } = made.Properties.AssumeRolePolicyDocument as { Statement: object[] };
    const exactly = {
      ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${hub}:role/tourniquet-*` },
      StringEquals: { [`aws:PrincipalTag/tourniquet-${role}`]: 'tourniquet', 'aws:PrincipalOrgID': 'o-abcdefghij' },
    };
    const door = { Principal: { AWS: `arn:aws:iam::${hub}:root` }, Action: 'sts:AssumeRole' };
    expect(Statement).toEqual([
      entered ? { ...door, Effect: 'Allow', Condition: exactly } : { ...door, Effect: 'Deny' },
    ]);
  });

  test('cannot touch a role of ours, and holds nothing beyond the declarations', () => {
    // Whose role acted is told by its id, so that one class may read it.
    const barred = role === 'read-evidence' ? { NotAction: 'iam:GetRole' } : { Action: 'iam:*' };
    const own = { Effect: 'Deny', ...barred, Resource: `arn:aws:iam::${hub}:role/tourniquet-*` };
    expect(statementsOf(made)).toContainEqual(expect.objectContaining(own));
    const shared = ofType(inMember, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
      String(Properties.ManagedPolicyName).replace('tourniquet-', '').split('-and-').includes(role),
    );
    const actions = [made, ...shared]
      .flatMap(statementsOf)
      .flatMap(({ Effect, Action }) => (Effect === 'Allow' ? list(Action) : []));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions.length > 0).toBe(entered);
    expect(actions).not.toContain('sts:AssumeRole');
    // IAM's quota for all inline policies of a role, in characters.
    expect(JSON.stringify(made.Properties.Policies).length).toBeLessThan(10_240);
  });
});

describe.each([
  ['hub', inHub],
  ['member', inMember],
])('quarantine policy in the %s', (_, resources) => {
  const managed = ofType(resources, 'AWS::IAM::ManagedPolicy');
  const policies = managed.filter(({ Properties }) => Properties.Path === quarantinePath);
  const [made] = policies;

  test('stands ready under the name by which a user is denied, attached to nobody', () => {
    expect(policies).toHaveLength(1);
    const { Path, ManagedPolicyName, Users, Roles, Groups } = made?.Properties ?? {};
    const place = { partition: 'aws', account: hub, region: 'eu-central-1' };
    const { name } = full;
    expect(`arn:aws:iam::${hub}:policy${Path}${ManagedPolicyName}`).toBe(quarantinePolicy(place, name));
    expect([Users, Roles, Groups]).toEqual([undefined, undefined, undefined]);
  });

  test('an issue-time condition on a long-term key does nothing, so it denies everything without any condition', () => {
    expect(made?.Properties.PolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
  });

  test('no role of ours may change it, take it away, or attach any other', () => {
    const statements = [...ofType(resources, 'AWS::IAM::Role'), ...managed].flatMap(statementsOf);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    const actions = allowed.flatMap(({ Action }) => list(Action));
    const writing = /^iam:(\*|(Create|Delete|Tag|Untag)Policy|(Create|Delete)PolicyVersion|SetDefaultPolicyVersion)/;
    expect(actions.filter((action) => writing.test(action))).toEqual([]);
    const attaching = allowed.filter(({ Action }) => list(Action).some((one) => /^iam:Attach/.test(one)));
    expect(attaching.length).toBeGreaterThan(0);
    for (const { Condition } of attaching) {
      expect(Condition).toEqual({ ArnLike: { 'iam:PolicyARN': `arn:*:iam::*:policy${quarantinePath}*` } });
    }
  });
});

describe.each(playbooks.map((playbook) => [playbook.name, playbook] as const))('playbook %s', (name, playbook) => {
  const machine = theOne(inHub, 'AWS::StepFunctions::StateMachine', 'StateMachineName', `tourniquet-${name}`);
  const committed = readFileSync(join(import.meta.dirname, `../../playbooks/${name}/playbook.asl.json`), 'utf8');

  test('runs what lies in the repository, with every placeholder filled', () => {
    const { Key } = machine.Properties.DefinitionS3Location as { Key: string };
    expect(readFileSync(join(several.synth().directory, `asset.${Key}`), 'utf8')).toBe(committed);
    const placeholders = [...committed.matchAll(/\$\{(\w+)\}/g)].map(([, word]) => word);
    expect(Object.keys(machine.Properties.DefinitionSubstitutions as object).toSorted()).toEqual(
      [...new Set(placeholders)].toSorted(),
    );
  });

  test('may call its own functions only, and logs every state without its data', () => {
    const called = calledBy(playbook, contracts).map((step) =>
      expect.stringMatching(new RegExp(`^<Functions${camel(`-${step}`)}`)),
    );
    expect(mayOn(roleOf(`run-${name}`), 'lambda:InvokeFunction')).toEqual(called);
    const logging = { Level: 'ALL', IncludeExecutionData: false };
    expect(machine.Properties).toMatchObject({
      LoggingConfiguration: logging,
      TracingConfiguration: { Enabled: true },
    });
  });
});

test('findings start the playbooks that handle them, and a finding that cannot be delivered is kept', () => {
  const rules = ofType(inHub, 'AWS::Events::Rule').filter(
    ({ Properties }) =>
      !/^tourniquet-(daily|deployed|failed-runs|forwarders-alive|own-.*)$/.test(String(Properties.Name)),
  );
  const direct = playbooks.flatMap((book) => patternsOf(book, playbooks));
  expect(rules).toHaveLength([...direct, ...deskPatterns(playbooks)].length);
  for (const { Properties } of rules) {
    const [target] = Properties.Targets as Record<string, unknown>[];
    expect(target).toMatchObject({ DeadLetterConfig: {}, RetryPolicy: { MaximumRetryAttempts: 185 } });
    expect(JSON.stringify(Properties.EventPattern).length).toBeLessThanOrEqual(patternLimit);
  }
});

test('what is done to our own parts is told to the topic by the rule itself, in words without names, and then to the desk', () => {
  const rules = ofType(inHub, 'AWS::Events::Rule').filter(({ Properties }) =>
    String(Properties.Name).startsWith('tourniquet-own-'),
  );
  expect(rules.length).toBeGreaterThan(1);
  for (const { Properties } of rules) {
    const [topic, desk, ...more] = Properties.Targets as {
      Arn: string;
      InputTransformer?: { InputPathsMap: object };
    }[];
    expect(more).toEqual([]);
    expect(topic?.Arn).toMatch(/^<AlertsTopic/);
    expect(Object.values(topic?.InputTransformer?.InputPathsMap ?? {}).toSorted()).toEqual([
      '$.account',
      '$.detail.eventID',
      '$.detail.eventName',
      '$.detail.eventTime',
      '$.region',
    ]);
    const text = JSON.stringify(topic?.InputTransformer);
    // Two of the calls on keys start a playbook by a rule of their own; what is known by an id alone starts none, and says so.
    expect(text).toContain(Properties.Name === 'tourniquet-own-ids' ? 'No incident follows' : 'An incident about it');
    if (['tourniquet-own-keys', 'tourniquet-own-ids'].includes(String(Properties.Name))) expect(desk).toBeUndefined();
    else expect(desk?.Arn).toMatch(/^<FunctionsRouteFinding/);
  }
});

test('whoever calls the function that hears forwarders changes nothing else in the table', () => {
  const [update] = statementsOf(roleOf('hear-forwarder')).filter(({ Action }) =>
    list(Action).includes('dynamodb:UpdateItem'),
  );
  expect(update?.Condition).toEqual({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['HEARD'] } });
});

test('the daily check looks for exactly the rules there are', () => {
  const there = ofType(inHub, 'AWS::Events::Rule').map(({ Properties }) => String(Properties.Name));
  expect(ruleNames(full).toSorted()).toEqual(there.toSorted());
});

test('once a day every clock and every ledger is checked, and a checkpoint is sealed', () => {
  const daily = ofType(inHub, 'AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
  expect(daily.map(({ Properties }) => Properties.ScheduleExpression)).toEqual(['cron(17 4 * * ? *)']);
  const called = JSON.stringify(daily[0]?.Properties.Targets);
  for (const name of ['ClockSweep', 'SealCheckpoint']) expect(called).toContain(name);
});

test('ledger entries, before-states and the incident itself, and nothing else, are copied into the vault; what fails for good is a dead letter', () => {
  const [mapping] = ofType(inHub, 'AWS::Lambda::EventSourceMapping');
  const { FilterCriteria, ...rest } = mapping?.Properties ?? {};
  expect(rest).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 8,
    DestinationConfig: { OnFailure: { Destination: expect.stringContaining('DeadLetters') } },
  });
  const { Filters = [] } = FilterCriteria as { Filters?: { Pattern: string }[] };
  expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as object)).toEqual([
    {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: [{ prefix: 'LEDGER#' }, { prefix: 'BEFORE#' }, 'META'] } } },
    },
  ]);
  const { StreamSpecification } = ofType(inHub, 'AWS::DynamoDB::Table')[0]?.Properties ?? {};
  expect(StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
});

test('a run that fails, is stopped or takes too long is told by a function, and its name by the topic in any case', () => {
  const { EventPattern, Targets } = theOne(inHub, 'AWS::Events::Rule', 'Name', 'tourniquet-failed-runs').Properties;
  // Whole names: those of another deployment may begin with ours.
  const machines = playbooks.map(({ name }) => ({ suffix: `:tourniquet-${name}` }));
  expect(EventPattern).toEqual({
    source: ['aws.states'],
    account: [hub],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: machines },
  });
  const [reporting, topic, ...more] = Targets as { Arn: string; InputTransformer?: { InputPathsMap: object } }[];
  expect(more).toEqual([]);
  expect(reporting?.Arn).toMatch(/^<FunctionsReportFailedRun\w+\.Arn>$/);
  expect(topic?.Arn).toMatch(/^<AlertsTopic/);
  // Neither input nor cause: only which run of which machine ended how. What is not delivered lies among the dead letters, as it is.
  const told = (target: typeof topic) => Object.values(target?.InputTransformer?.InputPathsMap ?? {}).toSorted();
  const which = ['$.detail.name', '$.detail.stateMachineArn', '$.detail.status'];
  expect([told(topic), told(reporting)]).toEqual([which, ['$.detail.executionArn', ...which]]);
});

test('a hundred playbooks need more rules about failed runs, none longer than a pattern may be', () => {
  const rules = failedRunRules(Array.from({ length: 100 }));
  expect(rules).toEqual(['failed-runs', ...[2, 3, 4, 5].map((n) => `failed-runs-${n}`)]);
  const suffixes = Array.from({ length: perRule }, () => ({ suffix: `:${'n'.repeat(19)}-${'p'.repeat(36)}` }));
  expect(JSON.stringify(suffixes).length).toBeLessThan(1750);
});

describe('alarms', () => {
  const alarms = ofType(inHub, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  test('are six at most, since AWS charges by their metrics', () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.length).toBeLessThanOrEqual(6);
    expect(alarms.filter(({ Metrics }) => Metrics)).toEqual([]);
  });

  test('reach a person', () => {
    const topic = expect.stringMatching(/^<AlertsTopic/);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([topic]);
  });

  test('ring for every letter that is lost, not only for the first of those that lie there', () => {
    expect(alarms.map(({ MetricName }) => MetricName)).toContain('NumberOfMessagesSent');
  });

  test('ring when the daily check never came', () => {
    const check = alarms.find(({ MetricName }) => MetricName === 'Invocations');
    expect(check).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
    // CloudWatch's quota for periods of an hour or more: a week in all (PutMetricAlarm).
    expect(Number(check?.Period) * Number(check?.EvaluationPeriods)).toBeLessThanOrEqual(7 * 86_400);
  });

  test('ring for whatever a function counts', () => {
    const counting = production.filter(({ text }) => /\bcount\('\w+'\)/.test(text)).map(({ path }) => path);
    expect(counting.length).toBeGreaterThan(2);
    const [watched, ...more] = alarms.filter(({ Namespace }) => Namespace === attention.namespace);
    expect(more).toEqual([]);
    const Dimensions = [{ Name: 'service', Value: 'tourniquet' }];
    expect(watched).toMatchObject({ MetricName: attention.metricName, Dimensions, Threshold: 0 });
  });
});

test('without Slack nothing of Slack is deployed', () => {
  const inSingle = resourcesOf(stackOf(single, 'Tourniquet'));
  expect(JSON.stringify(inSingle)).not.toMatch(/slack/i);
  const routes = ofType(inSingle, 'AWS::ApiGatewayV2::Route');
  expect(new Set(routes.map(({ Properties }) => Properties.AuthorizationType))).toEqual(new Set(['AWS_IAM']));
});

test('nobody can sign as Slack with a secret that everybody knows', () => {
  const [secret] = ofType(inHub, 'AWS::SecretsManager::Secret');
  expect(secret?.Properties.GenerateSecretString).toMatchObject({ GenerateStringKey: 'signingSecret' });
});

/** What AWS refuses at deployment although a template is well-formed: held in every configuration, and each limit seen to refuse. */
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { swapInstanceProfile } from '../../lambdas/ec2/swap-instance-profile/step.ts';
import type { Config } from '../../lib/domain/config.ts';
import { rightsPath } from '../../lib/domain/identity.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { newApp } from '../../lib/infra/app.ts';
import { brokenBy } from '../../lib/infra/limit-check.ts';
import { type Limit, resourceLimits, templateLimits } from '../../lib/infra/limits.ts';
import { MemberRoles } from '../../lib/infra/member-roles.ts';
import { plainly } from '../../lib/infra/plain-template.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { bareApp } from '../../lib/infra/stack-set-template.ts';
import { isTurnOf } from '../depth.ts';
import { everything, full, hub, plain } from './configurations.ts';
import { textsOf } from './template.ts';

const accounts = (count: number): string[] => Array.from({ length: count }, (_, n) => String(100_000_000_000 + n));
const longest = 'n'.repeat(19);
const parsed = (input: object) => parseConfig(input, { file: 'test' });

const many = parsed({ ...full, members: accounts(500), name: longest });

const evidence = { account: '777788889999' };
const key = `arn:aws-us-gov:kms:us-gov-west-1:${evidence.account}:key/11111111-2222-3333-4444-555555555555`;
const apart = parsed({ ...everything, evidence, existing: { vault: { bucket: 'b'.repeat(63), key } } });

const configurations = {
  'as it comes': plain,
  'hub and three members': parsed({ hub, members: accounts(3) }),
  '500 members by a list, longest name': parsed({ hub, members: accounts(500), name: longest }),
  '500 members of an organisation, longest name': many,
  'everything configured, longest name': everything,
  'and the vault in an account of its own': apart,
};

const synthesised = new Map<Config, ReadonlyMap<string, string>>();
/** Synthesis takes a second, so it is done once for each configuration. */
function templatesOf(config: Config): ReadonlyMap<string, string> {
  const texts = synthesised.get(config) ?? textsOf(config);
  synthesised.set(config, texts);
  return texts;
}

/** The partitions with the longest Region of each; the first is what synthesis itself measures. */
const places = [
  undefined,
  { partition: 'aws', region: 'ap-southeast-2' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
];

const sentence = ({ limit, resource, size }: ReturnType<typeof brokenBy>[number]): string =>
  `${resource} ${limit.what} ${size} ${limit.unit}`;

/** The least and the most there can be are judged each time. */
const judged = Object.entries(configurations).filter(
  ([name, config]) => config === plain || config === everything || isTurnOf(name, 'lib/infra'),
);
test.each(judged)('%s: fits, in every partition', (_, config) => {
  const broken = [...templatesOf(config).values()].flatMap((text) => places.flatMap((place) => brokenBy(text, place)));
  expect(broken.map(sentence)).toEqual([]);
});

test('rights and trust name no account and no function, however many there are', () => {
  const rolesOf = (config: Config) =>
    [...templatesOf(config).values()].flatMap((text) =>
      Object.entries(plainly(JSON.parse(text).Resources)).filter(([, { Type }]) => Type === 'AWS::IAM::Role'),
    );
  expect(rolesOf(many)).toEqual(rolesOf({ ...many, members: [] }));
});

/** `make` with a text in it, so long that all of it is written in so many characters. */
const filled = (make: (text: string) => object, characters: number): object =>
  make('x'.repeat(characters - JSON.stringify(make('')).length));
const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
const repeated = (count: number, one: object) => Array.from({ length: count }, () => one);
const padded = (Sid: string) => ({ Statement: [{ ...allow, Sid }] });

/** A resource that measures just so much. */
const planted: Readonly<Record<string, (size: number) => object>> = {
  'AWS::SQS::QueuePolicy statements': (size) => ({ PolicyDocument: { Statement: repeated(size, allow) } }),
  'AWS::SQS::QueuePolicy conditions': (size) => {
    const ArnLike = Object.fromEntries(repeated(size, {}).map((_, n) => [`aws:${n}`, 'x']));
    return { PolicyDocument: { Statement: { ...allow, Condition: { ArnLike } } } };
  },
  'AWS::SQS::QueuePolicy bytes': (size) => ({ PolicyDocument: filled(padded, size) }),
  'AWS::S3::BucketPolicy bytes': (size) => ({ PolicyDocument: filled(padded, size) }),
  'AWS::KMS::Key bytes': (size) => ({ KeyPolicy: filled(padded, size) }),
  'AWS::IAM::Role its inline policies together': (size) => ({
    Policies: [{ PolicyDocument: filled(padded, 1000) }, { PolicyDocument: filled(padded, size - 1000) }],
  }),
  'AWS::IAM::Role the trust policy': (size) => ({ AssumeRolePolicyDocument: filled(padded, size) }),
  'AWS::IAM::Role attached managed policies': (size) => ({ ManagedPolicyArns: repeated(size, { Ref: 'Other' }) }),
  'AWS::IAM::ManagedPolicy the policy': (size) => ({ PolicyDocument: filled(padded, size) }),
  'AWS::Events::Rule the event pattern': (size) => ({ EventPattern: filled((text) => ({ source: [text] }), size) }),
  'AWS::Events::EventBusPolicy the policy': (size) => ({
    Statement: filled((Sid) => ({ Sid }), size - JSON.stringify({ Version: '2012-10-17', Statement: [] }).length),
  }),
  'AWS::Events::Rule targets': (size) => ({ Targets: repeated(size, {}) }),
  'AWS::Lambda::Function the environment': (size) => ({
    Role: 'arn',
    Environment: { Variables: filled((text) => ({ A: text }), size) },
  }),
};

const templateOf = (Type: string, Properties: object): string =>
  JSON.stringify({ Resources: { It: { Type, Properties } }, Rules: { CheckBootstrapVersion: {} } });

function plantedFor({ type, what, unit }: { type: string; what: string; unit: string }): (size: number) => object {
  const named = (size: number) => ({ Role: 'arn', [what]: 'x'.repeat(size) });
  return planted[`${type} ${what}`] ?? planted[`${type} ${unit}`] ?? named;
}

test('what is deployed into accounts without a bootstrap is sent by the command line too, as YAML', () => {
  const organizationAdmin = { account: '777788889999', management: '777788889999' };
  const both = templatesOf(parsed({ ...full, organizationAdmin }));
  const inRequest = [...both].filter(([id]) => id === 'TourniquetMember' || id === 'TourniquetForwarder');
  expect(inRequest).not.toEqual([]);
  // As aws-cdk 2 writes it before it looks at the size (findings/cdk-sends-yaml.sh).
  const sizes = inRequest.map(([id, text]) => [id, stringify(JSON.parse(text), { schema: 'yaml-1.1', lineWidth: 0 })]);
  for (const [id, text = ''] of sizes) expect(Buffer.byteLength(text), id).toBeLessThanOrEqual(50 * 1024);
});

test('rights for which a role has no room are managed policies, each of which fits', () => {
  const app = bareApp();
  const stack = new Stack(app, 'Probe');
  const contracts = contractsOf(full).concat(
    Array.from({ length: 60 }, (_, n) => ({
      ...swapInstanceProfile,
      name: `made-up-${n}`,
      operations: {
        ...swapInstanceProfile.operations,
        apply: {
          ...swapInstanceProfile.operations.apply,
          permissions: [{ action: `made:Up${n}`, on: () => [`arn:aws:made:up::${'r'.repeat(60)}${n}`] }],
        },
      },
    })),
  );
  new MemberRoles(stack, 'Roles', { config: full, hub, contracts });
  const text = JSON.stringify(Template.fromStack(stack).toJSON());
  expect(brokenBy(text)).toEqual([]);
  for (let n = 0; n < 60; n++) expect(text.split(`made:Up${n}"`)).toHaveLength(2);
  expect(text).toContain(`"Path":"${rightsPath}","PolicyDocument"`);
});

describe('synthesis refuses', () => {
  const counted = resourceLimits.filter(({ most }) => most > 0);
  const limitsBroken = (template: string): Limit[] => brokenBy(template).map(({ limit }) => limit);

  test.each(counted.map((limit) => [limit.type, limit.what, limit.most, limit.unit, limit] as const))(
    '%s with more in %s than %i %s',
    (type, _, most, __, limit) => {
      const make = plantedFor(limit);
      expect(limitsBroken(templateOf(type, make(most)))).toEqual([]);
      expect(limitsBroken(templateOf(type, make(most + 1)))).toEqual([limit]);
    },
  );

  test('a function whose role may not send its dead letters, and lets one pass that may', () => {
    const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    const withRight = (Resource: object) => {
      const PolicyDocument = { Statement: [{ ...allow, Resource }] };
      return JSON.stringify({
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue' },
          Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument }] } },
          It: {
            Type: 'AWS::Lambda::Function',
            Properties: { Role: arn('Role'), DeadLetterConfig: { TargetArn: arn('Queue') } },
          },
        },
      });
    };
    expect(limitsBroken(withRight(arn('Queue')))).toEqual([]);
    expect(limitsBroken(withRight(arn('Another')))).toEqual(resourceLimits.filter(({ most }) => most === 0));
  });

  test.each(templateLimits.map((limit) => [limit.what, limit.most, limit.unit, limit] as const))(
    'where %s has more than %i %s',
    (_, most, unit, limit) => {
      const Rules = limit.what.includes('bootstrap') ? {} : { CheckBootstrapVersion: {} };
      const many = (count: number, Type: string) =>
        Object.fromEntries(repeated(count, { Type }).map((one, n) => [`R${n}`, one]));
      const make: Readonly<Record<string, (size: number) => object>> = {
        bytes: (size) => filled((Description) => ({ Description, Rules }), size),
        resources: (size) => ({ Rules, Resources: many(size, 'AWS::SNS::Topic') }),
        outputs: (size) => ({ Rules, Outputs: many(size, '') }),
        'rules on one event bus': (size) => ({ Rules, Resources: many(size, 'AWS::Events::Rule') }),
      };
      const template = (size: number) => JSON.stringify(make[unit]?.(size));
      expect(limitsBroken(template(most))).toEqual([]);
      expect(limitsBroken(template(most + 1))).toEqual([limit]);
    },
  );

  test('with the resource, what is too large, how large, the limit, its source and what helps', () => {
    const app = newApp();
    const stack = new Stack(app, 'Probe');
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/object' };
    new CfnRole(stack, 'Wide', {
      assumeRolePolicyDocument: { Statement: [] },
      policies: [{ policyName: 'wide', policyDocument: { Statement: repeated(200, statement) } }],
    });
    const said = [
      'Wide: its inline policies together:',
      ' characters; AWS accepts 10240 (IAM user guide, "IAM and AWS STS quotas")',
      'Set organization.id',
    ];
    for (const words of said) expect(() => app.synth()).toThrow(words);
  });
});

describe('what could not be delivered', () => {
  const [text = ''] = [...templatesOf(everything)].flatMap(([id, one]) => (id === 'Tourniquet' ? [one] : []));
  const resources = Object.values(plainly(JSON.parse(text).Resources));
  const propertiesOf = (type: string) =>
    resources.flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const rules = propertiesOf('AWS::Events::Rule');

  test('may be left in the queue by every rule of ours, and by no other', () => {
    const [policy, ...more] = propertiesOf('AWS::SQS::QueuePolicy');
    expect(more).toEqual([]);
    const sending = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } };
    const rule = expect.stringMatching(`:rule/${longest}-\\*$`);
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny' },
        { ...sending, Action: 'sqs:SendMessage', Condition: { ArnLike: { 'aws:SourceArn': rule } } },
      ],
    });
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter(({ Name }) => !String(Name).startsWith(`${longest}-`))).toEqual([]);
  });

  test('goes into the one queue', () => {
    const Arn = expect.stringMatching(/<DeadLetters\w+>/);
    for (const { Targets } of rules)
      expect(Targets).toEqual(expect.arrayContaining([expect.objectContaining({ DeadLetterConfig: { Arn } })]));
  });

  test('is never set up beside the function, where CloudFormation would not wait for the right', () => {
    expect(propertiesOf('AWS::Lambda::EventInvokeConfig')).toEqual([]);
    const leaving = propertiesOf('AWS::Lambda::Function').filter(({ DeadLetterConfig }) => DeadLetterConfig);
    expect(leaving.length).toBeGreaterThan(0);
  });
});

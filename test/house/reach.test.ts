/** What is heard from other accounts and Regions: the forwarders, the bus that lets them in, and the StackSets that hold their bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import * as z from 'zod';
import type { Config, Listening } from '../../lib/domain/config.ts';
import { openBus } from '../../lib/infra/bus-policy.ts';
import { bareApp } from '../../lib/infra/stack-set-template.ts';
import { full, hub, member, plain } from './configurations.ts';
import { bareAppOf, ofType, type Resource, resourcesOf, stackOf } from './template.ts';

/** With a choice of Security Hub's findings, which has to be the same in the hub and far from it. */
const app = bareAppOf({
  ...full,
  securityHub: { products: ['Acme Scanner'], severities: ['HIGH'], updates: 'findings' },
});
const { directory } = app.synth();
const fileOf = (stack: string, made = directory): string => readFileSync(join(made, `${stack}.template.json`), 'utf8');
const inHub = resourcesOf(stackOf(app, 'Tourniquet'));
const inForwarder = resourcesOf(stackOf(app, 'TourniquetForwarder'));

interface Made extends Resource {
  readonly Condition?: string;
}
const template = Template.fromStack(stackOf(app, 'TourniquetForwarder')).toJSON() as {
  Resources: Record<string, Made>;
  Conditions: object;
};
const { Conditions } = template;
/** An address that nobody uses is there in any case: a stack is not empty. */
const { Nothing, ...Resources } = template.Resources;
const Pattern = z.looseObject({
  source: z.array(z.string()),
  'detail-type': z.array(z.string()),
  detail: z.looseObject({}),
});
/** A forwarder's is a text. */
const patternOf = ({ Properties: { EventPattern } }: Resource) =>
  Pattern.optional().parse(typeof EventPattern === 'string' ? JSON.parse(EventPattern) : EventPattern);
const patternsIn = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::Events::Rule').flatMap((rule) => patternOf(rule) ?? []);

describe('the forwarder', () => {
  test('sends all that a rule of the hub listens to, and nothing else', () => {
    const sent = patternsIn(inForwarder).map((pattern) => JSON.stringify(pattern));
    const [findings, others] = [
      JSON.stringify({
        source: ['aws.guardduty'],
        'detail-type': ['GuardDuty Finding'],
        detail: { type: [{ exists: true }] },
      }),
      patternsIn(inHub).filter(
        (one) =>
          !one['detail-type'].includes('GuardDuty Finding') &&
          // About the hub itself: its runs, its stack, its keys, its bus.
          !one['detail-type'].some((type) => type.endsWith('Status Change') && !type.startsWith('Scan Job')) &&
          !JSON.stringify(one.detail).includes('"resources":') &&
          !JSON.stringify(one.detail).includes('"eventBusName":'),
      ),
    ];
    expect(new Set(sent)).toEqual(new Set([findings, ...others.map((one) => JSON.stringify(one))]));
    expect(sent.length).toBe(new Set(sent).size);
    expect(others.length).toBeGreaterThan(10);
  });

  test('sends to the default bus of the hub, with a role of the Region that may do nothing else', () => {
    const bus = `arn:aws:events:eu-central-1:${hub}:event-bus/default`;
    const targets = ofType(inForwarder, 'AWS::Events::Rule').flatMap(
      ({ Properties }) => Properties.Targets as object[],
    );
    for (const target of targets)
      expect(target).toMatchObject({ Arn: bus, DeadLetterConfig: { Arn: expect.anything() } });
    const [role, heart, ...more] = ofType(inForwarder, 'AWS::IAM::Role');
    expect(more).toEqual([]);
    expect(heart?.Properties).toMatchObject({ RoleName: 'tourniquet-alive-eu-central-1' });
    expect(role?.Properties).toMatchObject({
      RoleName: 'tourniquet-forward-eu-central-1',
      Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }] } }],
    });
  });

  test("makes nothing where the hub is, or events would come back to it, and findings are the administrator's", () => {
    const from = (types: RegExp) =>
      Object.values(Resources).flatMap((made) =>
        types.test(JSON.stringify(patternOf(made) ?? '')) ? made.Condition : [],
      );
    expect(new Set(from(/"(GuardDuty Finding|Macie Finding|Security Hub Findings - Imported)"/))).toEqual(
      new Set(['SendsFindings']),
    );
    expect(new Set(from(/via CloudTrail|AWS Health|Object Scan|Scan Job/))).toEqual(new Set(['Elsewhere']));
    expect(Nothing?.Type).toBe('AWS::CloudFormation::WaitConditionHandle');
    for (const [id, { Condition }] of Object.entries(Resources))
      expect(Condition, id).toMatch(/^(Elsewhere|SendsFindings)$/);
    const [account, region] = [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }];
    const administrator = { Ref: 'Administrator' };
    expect(Conditions).toEqual({
      Elsewhere: {
        'Fn::Not': [{ 'Fn::And': [{ 'Fn::Equals': [account, hub] }, { 'Fn::Equals': [region, 'eu-central-1'] }] }],
      },
      SendsFindings: {
        'Fn::And': [
          { Condition: 'Elsewhere' },
          {
            'Fn::Or': [
              { 'Fn::Equals': [administrator, 'none'] },
              { 'Fn::Equals': [administrator, account] },
              { 'Fn::And': [{ 'Fn::Equals': [administrator, 'configured'] }, { 'Fn::Equals': [account, hub] }] },
            ],
          },
        ],
      },
    });
  });
});

test('what a forwarder says once a day goes the whole way: onto its own bus, by its rule to the hub, to the function there', () => {
  const schedule = ofType(inForwarder, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties);
  const sent = { Source: 'tourniquet', DetailType: 'Forwarder alive' };
  const input = JSON.stringify({ deployment: 'tourniquet' });
  expect(schedule).toMatchObject([{ Target: { EventBridgeParameters: sent, Input: input } }]);
  const matching = (resources: readonly Resource[]) =>
    ofType(resources, 'AWS::Events::Rule').filter((rule) => patternOf(rule)?.source.includes('tourniquet'));
  const [passes, hears] = [matching(inForwarder), matching(inHub)];
  expect(passes.map(patternOf)).toEqual(hears.map(patternOf));
  expect(passes).toMatchObject([{ Properties: { Name: 'tourniquet-forward-forwarders-alive' } }]);
  expect(JSON.stringify(hears[0]?.Properties.Targets)).toContain('HearForwarder');
});

test('a synthesis that hears no global services says so', () => {
  const warnings = (regions: [string, ...string[]]) => {
    const stack = stackOf(bareAppOf({ ...full, listening: { regions } }), 'TourniquetForwarder');
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('listening'))
      .map(({ entry }) => entry.data);
  };
  expect(warnings(['eu-central-1', 'us-east-1'])).toEqual([]);
  expect(warnings(['us-gov-east-1'])).toEqual([
    expect.stringContaining('listening.regions lacks us-gov-west-1: calls'),
  ]);
});

describe('the StackSets', () => {
  const sets = ofType(resourcesOf(stackOf(app, 'TourniquetRollout')), 'AWS::CloudFormation::StackSet').map(
    ({ Properties }) => Properties,
  );
  const [forwarders, roles] = sets;

  test('hold the very bytes of the stacks, which fit into a request and need no bucket', () => {
    expect(sets.map(({ TemplateBody }) => TemplateBody)).toEqual([
      fileOf('TourniquetForwarder'),
      fileOf('TourniquetMember'),
    ]);
    for (const { TemplateBody } of sets) {
      expect(String(TemplateBody).length).toBeLessThanOrEqual(51_200);
      expect(TemplateBody).not.toMatch(/cdk-hnb659fds|BootstrapVersion|AssetParameters/);
    }
  });

  test('neither does the one of the roles as YAML, which is what the command line of CDK sends', () => {
    const management = '777788889999';
    const organizationAdmin = { account: management, management };
    const text = fileOf('TourniquetMember', bareAppOf({ ...full, organizationAdmin }).synth().directory);
    // Of 51,200 bytes, with a little room for longer names.
    expect(stringify(JSON.parse(text), { schema: 'yaml-1.1' }).length).toBeLessThanOrEqual(50_000);
  });

  test('cover accounts to come, every Region that is heard, and not the hub with roles it has already', () => {
    const common = { PermissionModel: 'SERVICE_MANAGED', AutoDeployment: { Enabled: true } };
    const units = { OrganizationalUnitIds: ['r-ab12'] };
    expect(forwarders).toMatchObject({
      ...common,
      StackInstancesGroup: [{ DeploymentTargets: units, Regions: ['eu-central-1', 'us-east-1'] }],
    });
    expect(roles).toMatchObject({
      ...common,
      StackInstancesGroup: [
        {
          DeploymentTargets: { ...units, AccountFilterType: 'DIFFERENCE', Accounts: [hub] },
          Regions: ['eu-central-1'],
        },
      ],
    });
  });
});

test('forwarders go to the administrator and to the hub too where those are excluded: they are no members, but heard', () => {
  const organization = { id: 'o-abcdefghij', exclude: [hub, '777788889999', '888899990000'] };
  const listening = { regions: ['eu-central-1', 'us-east-1'] as [string, string], administrator: '777788889999' };
  const apart = bareAppOf({ ...full, members: [], organization, listening });
  const targets = ofType(resourcesOf(stackOf(apart, 'TourniquetRollout')), 'AWS::CloudFormation::StackSet').map(
    ({ Properties }) =>
      (Properties.StackInstancesGroup as { DeploymentTargets: { Accounts: string[] } }[])[0]?.DeploymentTargets,
  );
  expect(targets.map((one) => one?.Accounts)).toEqual([['888899990000'], [hub, '777788889999', '888899990000']]);
});

describe('the bus of the hub lets in', () => {
  const policies = (config: Config): unknown[] => {
    const stack = new Stack(bareApp(), 'Hub');
    openBus(stack, config);
    return resourcesOf(stack).map(({ Properties }) => Properties.Statement);
  };
  const { organization: _, ...listed } = full;

  test('the organisation', () => {
    const statements = ofType(inHub, 'AWS::Events::EventBusPolicy').map(({ Properties }) => Properties.Statement);
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:eu-central-1:${hub}:event-bus/default`,
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
    ]);
  });

  test('without one, the members that are listed; and nobody where there are none', () => {
    expect(policies(listed)).toEqual([expect.objectContaining({ Principal: { AWS: [member] } })]);
    expect(policies({ ...listed, members: [] })).toEqual([]);
    const auditing = {
      ...full.listening,
      regions: ['eu-central-1'],
      administrator: '777788889999',
    } satisfies Listening;
    expect(policies({ ...listed, listening: auditing })).toEqual([
      expect.objectContaining({ Principal: { AWS: [member, '777788889999'] } }),
    ]);
    expect(policies(plain)).toEqual([]);
  });
});

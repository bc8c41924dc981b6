import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../lib/domain/config.ts';
import { camel } from '../lib/domain/step.ts';
import { addStacks, newApp } from '../lib/infra/app.ts';
import { bundle } from '../lib/infra/bundle.ts';
import { classesOf, contractsOf } from '../lib/infra/registry.ts';
import { configSchema } from '../lib/infra/settings.ts';
import { playbooks } from '../playbooks/index.ts';

const hub = '111122223333';
const member = '444455556666';
const slack = { team: 'T024BE7LD', app: 'A024BE7LX', channel: 'C024BE91L' };
const plain = parseConfig({}, 'test');
const full = parseConfig({ hub, members: [member], organization: 'o-abcdefghij', slack }, 'test');

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-synth-'));
writeFileSync(join(scratch, 'any.mjs'), '');

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}
interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

function appOf(config: typeof plain): App {
  const app = newApp();
  addStacks(app, config, scratch);
  return app;
}
const stackOf = (app: App, id: string): Stack => app.node.findChild(id) as Stack;

/** Pseudo parameters as they are in the hub; other references as `<LogicalId>` or `<LogicalId.Attribute>`. */
const pseudo = new Map([
  ['AWS::Partition', 'aws'],
  ['AWS::AccountId', hub],
  ['AWS::Region', 'eu-central-1'],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

/** A template's value with its intrinsic functions carried out, so that ARNs can be compared as text. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': joined, 'Fn::GetAtt': attribute, ...rest } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return pseudo.get(Ref) ?? `<${Ref}>`;
  if (Array.isArray(joined)) return (plainly(joined[1]) as string[]).join(String(joined[0]));
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, plainly(inner)]));
}

function resourcesOf(stack: Stack): Map<string, Resource> {
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  return new Map(Object.entries(plainly(Resources) as Record<string, Resource>));
}
const ofType = (resources: Map<string, Resource>, type: string): Resource[] =>
  [...resources.values()].filter(({ Type }) => Type === type);
const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);
const roleName = ({ Properties }: Resource): string => String(Properties.RoleName);

/** The statements of a role, from its inline policies: the only place they may be. */
function statementsOf(role: Resource | undefined): Statement[] {
  const policies = (role?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
const actionsOf = (role: Resource | undefined): string[] => statementsOf(role).flatMap(({ Action }) => list(Action));

const apps = { 'one account': appOf(plain), 'hub, member, Slack, organisation': appOf(full) };
const stacks = Object.entries(apps).flatMap(([name, app]) =>
  app.node.children.filter(Stack.isStack).map((stack) => [`${name}: ${stack.stackName}`, stack] as const),
);
const hubResources = resourcesOf(stackOf(apps['hub, member, Slack, organisation'], 'Tourniquet'));
const memberResources = resourcesOf(stackOf(apps['hub, member, Slack, organisation'], 'TourniquetMember'));
const roles = ofType(hubResources, 'AWS::IAM::Role');
const roleNamed = (name: string) => roles.find((role) => roleName(role) === `tourniquet-${name}`);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import type { Config } from '../../lib/domain/config.ts';
import { addStacks, newApp } from '../../lib/infra/app.ts';
import { bareApp } from '../../lib/infra/stack-set-template.ts';
import { hub } from './configurations.ts';

/** The stacks do not look into the code, so a stub will do, and tests need no bundling. CDK copies it at once. */
export function withCode(work: (code: string) => void): void {
  const stub = mkdtempSync(join(tmpdir(), 'tourniquet-stub-'));
  writeFileSync(join(stub, 'stub.mjs'), '');
  work(stub);
  rmSync(stub, { recursive: true });
}

const filled = (app: App, config: Config): App => {
  withCode((code) => addStacks(app, config, code));
  return app;
};
export const appOf = (config: Config): App => filled(newApp(), config);
/** The same without a judgement of each synthesis, where something else is looked at: test/house/synth.test.ts has them judged. */
export const bareAppOf = (config: Config): App => filled(bareApp(), config);

/** The templates of a configuration, as they are sent, by the id of their stack. */
export function textsOf(config: Config, app = bareApp()): ReadonlyMap<string, string> {
  return new Map(
    filled(app, config)
      .synth()
      .stacks.map(({ id, templateFullPath }) => [id, readFileSync(templateFullPath, 'utf8')]),
  );
}

const Violations = z.array(z.object({ ruleName: z.string(), reason: z.string().optional() }));
const Report = z.object({
  pluginReports: z.array(
    z.object({ pluginName: z.string(), violations: Violations, suppressedViolations: Violations.default([]) }),
  ),
});

/** What a judge, cdk-nag by default, has against an app that is synthesised all the same: rules that warn, and why others are suppressed. */
export function nagOf(
  app: App,
  judge = 'AwsSolutions',
): { readonly found: string[]; readonly reasons: (string | undefined)[] } {
  const { pluginReports } = Report.parse(
    JSON.parse(readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8')),
  );
  const nag = pluginReports.filter(({ pluginName }) => pluginName === judge);
  return {
    found: nag.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)),
    reasons: nag.flatMap(({ suppressedViolations }) => suppressedViolations.map(({ reason }) => reason)),
  };
}

export const stacksOf = (app: App): Stack[] => app.node.children.filter(Stack.isStack);
export const stackOf = (app: App, id: string): Stack => app.node.findChild(id) as Stack;

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const pseudo = new Map([
  ['AWS::Partition', 'aws'],
  ['AWS::AccountId', hub],
  ['AWS::Region', 'eu-central-1'],
]);

/** A template's value with its references carried out as in the hub; to other resources as `<Id>` and `<Id.Attribute>`. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  const {
    Ref,
    'Fn::Join': joined,
    'Fn::Sub': text,
    'Fn::GetAtt': attribute,
    ...rest
  } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return pseudo.get(Ref) ?? `<${Ref}>`;
  if (typeof text === 'string') return text.replace(/\$\{([\w:.]+)\}/g, (_, name) => pseudo.get(name) ?? `<${name}>`);
  if (Array.isArray(joined)) return (plainly(joined[1]) as string[]).join(String(joined[0]));
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, plainly(inner)]));
}

export function resourcesOf(stack: Stack): Resource[] {
  const { Resources = {} } = Template.fromStack(stack).toJSON() as { Resources?: Record<string, Resource> };
  return Object.values(plainly(Resources) as Record<string, Resource>);
}

export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter(({ Type }) => Type === type);

/** The one resource of a type whose property has this value. */
export function theOne(resources: readonly Resource[], type: string, property: string, value: string): Resource {
  const [found, ...more] = ofType(resources, type).filter(({ Properties }) => Properties[property] === value);
  if (!found || more.length > 0) throw new Error(`${1 + more.length} of ${type} have ${property} ${value}, not one`);
  return found;
}

export const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);

/** A role's statements, from its inline policies: the only place where they may be. */
export function statementsOf({ Properties }: Resource): Statement[] {
  const policies = (Properties.Policies ?? [Properties]) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** The resources on which a role may do this, conditions left aside. */
export const mayOn = (role: Resource, action: string): string[] =>
  statementsOf(role).flatMap(({ Effect, Action, Resource: on }) =>
    Effect === 'Allow' && list(Action).includes(action) ? list(on) : [],
  );

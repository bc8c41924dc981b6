import { type Policy, policyOf } from '../../lib/access/policy.ts';
import { checkQualifier } from '../../lib/domain/check.ts';
import { type Call, type CalledOn, type Office, redriven } from './calls.ts';
import type { Verb } from './verb.ts';

/** The hub's stack: its name, and its outputs by name. */
export interface Stack {
  readonly name: string;
  output(name: string): string;
  /** Whether it has an output: some a configuration leaves out. */
  has(name: string): boolean;
}

/** Where the hub is, read from the ARN of a key of its. */
export function placeOf({ output }: Stack): { partition: string; region: string; account: string } {
  const [, partition = '', , region = '', account = ''] = output('SealingKeyArn').split(':');
  return { partition, region, account };
}

/** One route of the API, POST alone (API Gateway developer guide, "Control access to HTTP APIs with IAM authorization"). */
function routeOf(stack: Stack, door: CalledOn): string {
  const { partition, region, account } = placeOf(stack);
  const [, api = '', path = ''] = /^https?:\/\/([^.]+)\.[^/]+\/(.+)$/.exec(stack.output(door)) ?? [];
  return `arn:${partition}:execute-api:${region}:${account}:${api}/$default/POST/${path}`;
}

function resourcesOf(stack: Stack, on: CalledOn): string[] {
  const { partition, region, account } = placeOf(stack);
  const functions = `arn:${partition}:lambda:${region}:${account}:function:${stack.name}`;
  if (on === 'machines') return [`arn:${partition}:states:${region}:${account}:stateMachine:${stack.name}-*`];
  if (on === 'checked') return [`${functions}-*:${checkQualifier}`];
  return on === 'redriven' ? redriven.map((name) => `${functions}-${name}`) : [resourceOf(stack, on)];
}

function resourceOf(stack: Stack, on: CalledOn): string {
  const { partition, region, account } = placeOf(stack);
  if (on === 'anything') return '*';
  if (on === 'stack') return `arn:${partition}:cloudformation:${region}:${account}:stack/${stack.name}/*`;
  if (on === 'TableName' || on === 'SettingsTableName')
    return `arn:${partition}:dynamodb:${region}:${account}:table/${stack.output(on)}`;
  if (on === 'VaultName') return `arn:${partition}:s3:::${stack.output(on)}/*`;
  if (on === 'vaultList') return `arn:${partition}:s3:::${stack.output('VaultName')}`;
  return on.endsWith('Url') ? routeOf(stack, on) : stack.output(on);
}

/** What somebody of an office may do: the calls of the verbs that are theirs, and nothing else. Without Slack there is no secret. */
export async function officePolicy(verbs: readonly Verb[], office: Office, stack: Stack): Promise<Policy> {
  const declared = await Promise.all(verbs.map(({ calls: of }) => (typeof of === 'function' ? of() : of)));
  const there = ({ on }: Call): boolean => on !== 'SecretArn' || stack.has(on);
  const calls = declared.flatMap((of) => of?.[office] ?? []).filter(there);
  const scope = ({ on, when }: Call): string => JSON.stringify([on, when ?? null]);
  const byScope = [...Map.groupBy(calls, scope).values()];
  return policyOf(
    ...byScope.flatMap(([first, ...more]) => {
      if (!first) return [];
      const { on, when } = first;
      const Action = [...new Set([first, ...more].map(({ action }) => action))].toSorted();
      const Sid = `${on.charAt(0).toUpperCase()}${on.slice(1)}${when ? 'Only' : ''}`;
      const Resource = resourcesOf(stack, on);
      return [{ Sid, Effect: 'Allow', Action, Resource, ...(when && { Condition: when }) } as const];
    }),
  );
}

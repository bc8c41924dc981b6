import { Aws } from 'aws-cdk-lib';
import type { Config } from '../domain/config.ts';
import { camel } from '../domain/step.ts';

/**
 * Physical names, so that two resources can name each other without a cycle, and a member account can name the hub's roles without
 * an import. All begin with the deployment's name: the denials that protect Tourniquet from itself match on it.
 */
export const named = (name: string, part: string): string => `${name}-${part}`;

/** What the ARN of a role of this deployment is made of. */
export type RoleNames = Pick<Config, 'name' | 'rolePath'>;

export const roleArn = ({ name, rolePath }: RoleNames, role: string, account: string = Aws.ACCOUNT_ID): string =>
  `arn:${Aws.PARTITION}:iam::${account}:role${rolePath}${named(name, role)}`;

/** The same in any account of any partition, for conditions. */
export const anyRoleArn = ({ name, rolePath }: RoleNames, role: string): string =>
  `arn:*:iam::*:role${rolePath}${named(name, role)}`;

const here = (service: string, path: string): string =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${path}`;

export const functionArn = (name: string, step: string): string => here('lambda', `function:${named(name, step)}`);
export const machineArn = (name: string, playbook: string): string =>
  here('states', `stateMachine:${named(name, playbook)}`);
/** Runs of one playbook, or of all of them. */
export const executionsArn = (name: string, playbook?: string): string =>
  here('states', `execution:${named(name, playbook ? `${playbook}:*` : '*')}`);

/**
 * The streams of one function in a log group that several write to: `YYYY/MM/DD/<function>[<version>][<environment>]` (Lambda developer
 * guide, "Configuring CloudWatch log groups"). Making a stream is checked on it, as writing to it is.
 */
export const logStreamsArn = (group: string, functionName: string): string =>
  here('logs', `log-group:${group}:log-stream:*/${functionName}[*`);

export const ruleArn = (name: string, rule: string): string => here('events', `rule/${named(name, rule)}`);
export const schedulesArn = (group: string): string => here('scheduler', `schedule/${group}/*`);
export const scheduleGroupArn = (group: string): string => here('scheduler', `schedule-group/${group}`);

/** `quarantine-interfaces` → `QuarantineInterfaces`: construct ids and outputs. */
export function pascal(name: string): string {
  const inner = camel(name);
  return inner.charAt(0).toUpperCase() + inner.slice(1);
}

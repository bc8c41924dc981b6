import type { Config } from '../domain/config.ts';
import type { Condition } from './policy.ts';

/** What is guarded: a deployment as its stack's outputs name it, and who may touch it, from its configuration. */
export interface Guarded extends Pick<Config, 'name' | 'rolePath' | 'breakGlass' | 'organization' | 'rollout'> {
  readonly partition: string;
  readonly region: string;
  /** Account of the hub. */
  readonly hub: string;
  /** Names of the evidence vault and of the tables of incidents and settings, and the ARNs of their keys. */
  readonly vault: string;
  readonly tables: readonly string[];
  readonly keys: readonly string[];
}

type Names = Pick<Guarded, 'partition' | 'name' | 'rolePath'>;

/** The ARN of roles of this deployment; `*` stands for any role or any account. */
export const ourRole = ({ partition, name, rolePath }: Names, role: string, account: string): string =>
  `arn:${partition}:iam::${account}:role${rolePath}${name}-${role}`;

/**
 * With what `cdk deploy` works in the hub (CDK's bootstrap template, its default names). Whoever may assume them deploys us, so nobody else
 * may make or change such a role.
 */
export const deployingRoles = ({ partition, hub }: Pick<Guarded, 'partition' | 'hub'>): string =>
  `arn:${partition}:iam::${hub}:role/cdk-*-${hub}-*`;

/** With what a StackSet with service-managed permissions works in an account; only its service-linked role makes them. */
export const stackSetRoles = ({ partition, rollout }: Pick<Guarded, 'partition' | 'rollout'>): string[] =>
  rollout ? [`arn:${partition}:iam::*:role/stacksets-exec-*`] : [];

/** Under which condition a denial leaves these principals alone. A role is named by its ARN, not by that of its session. */
export const butFor = (...principals: readonly string[]): Condition => ({
  ArnNotLike: { 'aws:PrincipalArn': principals },
});

import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { HubRight } from '../domain/step.ts';

/** What a right in the hub account means: statements of the function's role, and the variables that tell the code where. */
export interface Grant {
  readonly statements: readonly PolicyStatementProps[];
  readonly environment: Readonly<Record<string, string>>;
}

/** One word for two rights that are of no use apart. */
export const both = (one: Grant, other: Grant): Grant => ({
  statements: [...one.statements, ...other.statements],
  environment: { ...one.environment, ...other.environment },
});

/** Every word a contract may write under `hub`, with its meaning in this deployment. A new word does not compile without one. */
export type Rights = Readonly<Record<HubRight, Grant>>;

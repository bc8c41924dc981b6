import { Aws } from 'aws-cdk-lib';
import {
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** A role that a service of AWS takes for this account alone, with exactly these rights. */
export const serviceRole = (
  scope: Construct,
  id: string,
  service: 'states' | 'events' | 'scheduler',
  roleName: string,
  statements: readonly PolicyStatementProps[],
): Role =>
  new Role(scope, id, {
    roleName,
    assumedBy: new ServicePrincipal(`${service}.amazonaws.com`, {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      [service]: new PolicyDocument({ statements: statements.map((one) => new PolicyStatement(one)) }),
    },
  });

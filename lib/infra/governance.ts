import { Aspects, Aws, CfnResource, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Config } from '../domain/config.ts';

/** What a company asks of roles in its accounts: a path and a permissions boundary. */
export function governRoles(stack: Stack, { rolePath, permissionsBoundary }: Config): void {
  const boundary = permissionsBoundary && `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:policy/${permissionsBoundary}`;
  const visit = (node: IConstruct): void => {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== 'AWS::IAM::Role') return;
    if (rolePath !== '/') node.addPropertyOverride('Path', rolePath);
    if (boundary) node.addPropertyOverride('PermissionsBoundary', boundary);
  };
  Aspects.of(stack).add({ visit });
}

import { Aws, CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import { named } from './names.ts';

/** Who may put events on the hub's bus: the organisation, or the members that are listed and the administrator, who need not be one. */
function letIn({ organization, members, hub, listening }: Config): object | null {
  // EventBridge user guide, "Example policy: Send events to the default bus from an organization".
  if (organization) return { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': organization.id } } };
  const { administrator = hub } = listening ?? {};
  const AWS = [...new Set([...members, administrator])].filter((account) => account && account !== hub);
  return AWS.length > 0 ? { Principal: { AWS } } : null;
}

/**
 * Lets forwarders of other accounts in. What they send is theirs to invent, all but its source and its account (PutEvents gives nobody a
 * source `aws.…`): functions believe an account about itself.
 */
export function openBus(scope: Construct, config: Config): void {
  const whom = config.listening && letIn(config);
  if (!whom) return;
  const Resource = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`;
  const Statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource, ...whom };
  // Not by CDK's class: cdk-nag reads a property of it that is deprecated, and each synthesis would warn of that.
  new CfnResource(scope, 'Bus', {
    type: 'AWS::Events::EventBusPolicy',
    properties: { StatementId: named(config.name, 'forwarders'), Statement },
  });
}

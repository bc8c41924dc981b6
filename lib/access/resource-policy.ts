import { RoleClass } from '../domain/step.ts';
import { butFor, deployingRoles, type Guarded, ourRole } from './guarded.ts';
import { type Condition, type Policy, policyOf, type Statement } from './policy.ts';

/** Principals outside of the organisation that are no service of AWS (Organizations user guide, "RCP examples"). */
const outside = (organization: string): Condition => ({
  StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organization },
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
});

/**
 * The resource control policy around the vault, its keys, the dead letters and the four roles: it holds whoever calls, from wherever,
 * whatever the resource's own policy has become. Of the services that take such policies (S3, STS, KMS and SQS among them; Organizations
 * user guide, "List of AWS services that support RCPs") these hold something of ours. It holds for no resource of the management account.
 */
export function resourcePolicy(guarded: Guarded): Policy {
  const { partition, hub, name, vault, keys, organization, breakGlass } = guarded;
  const bucket = `arn:${partition}:s3:::${vault}`;
  const functions = ourRole(guarded, '*', hub);
  const others = butFor(functions, deployingRoles(guarded), ...breakGlass);
  const deny = (Sid: string, Action: string[], Resource: readonly string[], Condition: Condition): Statement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    Condition,
  });
  const evidence = [bucket, `${bucket}/*`];
  const roles = RoleClass.options.map((role) => ourRole(guarded, role, '*'));
  return policyOf(
    deny('Vault', ['s3:BypassGovernanceRetention', 's3:Delete*', 's3:Put*'], evidence, others),
    deny('Keys', ['kms:CreateGrant', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'], keys, others),
    deny('Roles', ['sts:AssumeRole'], roles, butFor(functions)),
    deny(
      'DeadLetters',
      ['sqs:DeleteQueue', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'],
      [`arn:${partition}:sqs:*:${hub}:${name}-*`],
      others,
    ),
    ...(organization
      ? [deny('NobodyOutside', ['kms:*', 's3:*'], [...evidence, ...keys], outside(organization.id))]
      : []),
  );
}

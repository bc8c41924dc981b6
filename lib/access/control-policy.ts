import { quarantinePath, rightsPath } from '../domain/identity.ts';
import { incidentTag, quarantineTag } from '../domain/marks.ts';
import { butFor, deployingRoles, type Guarded, ourRole, stackSetRoles } from './guarded.ts';
import { type Condition, mostCharacters, type Policy, policyOf, type Statement, sizeOf } from './policy.ts';

/** Guards the reading of the table's stream; left out where the policy has no room for it: long names, many in `breakGlass`. */
export const mappings = 'WhatFollowsTheTable';

/** What would change or remove something; reading and starting stay. On resources of ours alone, so that patterns do no harm. */
const changes = Object.entries({
  iam: 'Add* Attach* Create* Deactivate* Delete* Detach* PassRole Put* Remove* Set* Tag* Untag* Update*',
  cloudformation: 'Create* Delete* Execute* Set* Update*',
  events: 'Delete* Disable* Put* Remove*',
  lambda: 'Add* Create* Delete* Put* Remove* Update*',
  states: 'Create* Delete* Stop* Update*',
  scheduler: 'Create* Delete* Update*',
  sqs: 'AddPermission DeleteQueue PurgeQueue RemovePermission SetQueueAttributes',
  dynamodb: 'BatchWriteItem Delete* PartiQL* PutItem Update*',
  s3: 'Bypass* Delete* Put*',
  kms: 'CreateGrant Delete* Disable* PutKeyPolicy ScheduleKeyDeletion UpdateAlias',
}).flatMap(([service, verbs]) => verbs.split(' ').map((verb) => `${service}:${verb}`));

/** Everything that has its name from the deployment, in the hub and in members. */
function named(guarded: Guarded): string[] {
  const { partition, region, hub, name, tables, vault, keys, breakGlass } = guarded;
  const anywhere = (service: string, path: string): string => `arn:${partition}:${service}:*:*:${path}`;
  const bucket = `arn:${partition}:s3:::${vault}`;
  return [
    ourRole(guarded, '*', '*'),
    deployingRoles(guarded),
    ...stackSetRoles(guarded),
    // Whoever could change one of these could become it.
    ...breakGlass,
    `arn:${partition}:iam::*:policy${quarantinePath}*`,
    `arn:${partition}:iam::*:policy${rightsPath}*`,
    ...[`${name}/*`, `${name}-*`, `StackSet-${name}-*`].map((stack) => anywhere('cloudformation', `stack/${stack}`)),
    // Whoever deletes its instances takes the forwarders and roles of every account away.
    anywhere('cloudformation', `stackset/${name}-*`),
    anywhere('events', `rule/${name}-*`),
    ...[`${name}-*`, `StackSet-${name}-*`].map((queue) => anywhere('sqs', queue)),
    anywhere('lambda', `function:${name}-*`),
    ...['stateMachine', 'execution'].map((kind) => anywhere('states', `${kind}:${name}-*`)),
    ...['schedule', 'schedule-group'].map((kind) => anywhere('scheduler', `${kind}/${name}-*`)),
    ...tables.map((table) => `arn:${partition}:dynamodb:${region}:${hub}:table/${table}`),
    bucket,
    `${bucket}/*`,
    ...keys,
    anywhere('kms', `alias/${name}-*`),
  ];
}

/**
 * The service control policy that keeps everybody's hands off us but ours, CDK's, the StackSets' and those of the break-glass list. It
 * binds principals of member accounts, root included; the management account and service-linked roles never (Organizations user guide,
 * "Service control policies").
 */
export function controlPolicy(guarded: Guarded): Policy {
  const { partition, breakGlass } = guarded;
  const us = [ourRole(guarded, '*', '*'), ...breakGlass];
  const others = butFor(...us);
  const deny = (Sid: string, Action: string[], Resource: string[], Condition: Condition): Statement => ({
    Sid,
    Effect: 'Deny',
    Action,
    Resource,
    Condition,
  });
  const marked = (tag: string): Condition => ({ ...others, Null: { [`aws:ResourceTag/${tag}`]: 'false' } });
  const quarantine = `arn:${partition}:iam::*:policy${quarantinePath}*`;
  const tags = ['ec2:CreateTags', 'ec2:DeleteTags'];
  const most = policyOf(
    deny('Ours', changes, named(guarded), butFor(...us, deployingRoles(guarded), ...stackSetRoles(guarded))),
    // Of a boundary that is replaced IAM tells the new one alone (Service Authorization Reference, AWS IAM, iam:PermissionsBoundary).
    deny('KeepsDenied', ['iam:DetachUserPolicy'], ['*'], {
      ...others,
      ArnLike: { 'iam:PolicyARN': quarantine },
    }),
    deny('KeepsBounded', ['iam:DeleteUserPermissionsBoundary'], ['*'], {
      ...others,
      ArnLike: { 'iam:PermissionsBoundary': quarantine },
    }),
    deny(
      'QuarantineGroups',
      ['Authorize*', 'DeleteSecurityGroup', 'ModifySecurityGroupRules', 'Revoke*', 'UpdateSecurityGroupRule*']
        .map((verb) => `ec2:${verb}`)
        .concat(tags),
      [`arn:${partition}:ec2:*:*:security-group/*`],
      marked(quarantineTag),
    ),
    deny(
      'EvidenceSnapshots',
      ['DeleteSnapshot', 'LockSnapshot', 'ModifySnapshot*', 'ResetSnapshotAttribute', 'UnlockSnapshot']
        .map((verb) => `ec2:${verb}`)
        .concat(tags),
      [`arn:${partition}:ec2:*::snapshot/*`],
      marked(incidentTag),
    ),
  );
  // The ARN of a mapping says nothing; its function does (Service Authorization Reference, AWS Lambda, lambda:FunctionArn).
  const follows = deny(
    mappings,
    ['Delete', 'Update'].map((verb) => `lambda:${verb}EventSourceMapping`),
    ['*'],
    {
      ...butFor(deployingRoles(guarded), ...breakGlass),
      ArnLike: { 'lambda:FunctionArn': `arn:${partition}:lambda:*:*:function:${guarded.name}-*` },
    },
  );
  const whole = policyOf(...most.Statement, follows);
  // The doctor says where the stream of the table is not read; what the others guard nobody would notice.
  return sizeOf(whole) <= mostCharacters.scp ? whole : most;
}

import { Aws, CfnMapping, Duration, Fn, Stack, Tags } from 'aws-cdk-lib';
import {
  ManagedPolicy,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../domain/config.ts';
import { admissionTag } from '../domain/step.ts';
import type { Grant, Rights } from './grant.ts';
import { logStreamsArn, named, pascal, roleArn } from './names.ts';
import { type Contract, classesOf, memoryOf, secondsOf } from './registry.ts';
import { suppress } from './suppressions.ts';

/** What all functions of a deployment share. */
export interface Shared {
  readonly config: Config;
  /** Of the member roles that this version needs. */
  readonly rolesVersion: string;
  readonly code: Code;
  readonly rights: Rights;
  readonly items: Grant;
  readonly heard: Grant;
  readonly log: ILogGroup;
  /** For what fails for good with nobody waiting for it. */
  readonly deadLetters: IQueue;
}

/** Members listed one by one, at 15 characters each; an organization needs no list. */
const manyMembers = 300;

const isAsynchronous = (contract: Contract): boolean => 'called' in contract;

/** A contract's function, with a role that holds what the contract declares and nothing else. */
export function narrowFunction(scope: Construct, contract: Contract, shared: Shared): LambdaFunction {
  const { config, code } = shared;
  const id = pascal(contract.name);
  const functionName = named(config.name, contract.name);
  const items = 'record' in contract ? (contract.record === 'heard' ? [shared.heard] : []) : [shared.items];
  const queue = isAsynchronous(contract) && shared.deadLetters;
  const grants = [...items, ...contract.hub.map((right) => shared.rights[right])];
  const inHub = grants.flatMap((grant) => grant.statements);
  const ofItsOwn = own(scope, contract, shared, functionName);
  // IAM counts the inline policies of a role together, up to 10,240 characters: a long list of members leaves no room for more.
  const apart = !config.organization && config.members.length > manyMembers && inHub.length > 0;
  const statements = apart ? ofItsOwn : [...inHub, ...ofItsOwn];
  return new LambdaFunction(scope, id, {
    functionName,
    description: contract.title,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code,
    handler: `${contract.name}.handler`,
    memorySize: memoryOf(contract),
    timeout: Duration.seconds(secondsOf(contract)),
    tracing: Tracing.ACTIVE,
    logGroup: shared.log,
    ...(queue && { deadLetterQueue: queue }),
    role: roleOf(scope, `${id}Role`, contract, config, statements, apart ? inHub : []),
    environment: Object.assign(ownEnvironment(contract, shared), ...grants.map(({ environment }) => environment)),
  });
}

const ownEnvironment = (contract: Contract, { config, rolesVersion }: Shared): Record<string, string> => ({
  TOURNIQUET_NAME: config.name,
  TOURNIQUET_PARTITION: Aws.PARTITION,
  TOURNIQUET_HUB: Aws.ACCOUNT_ID,
  TOURNIQUET_ROLE_PATH: config.rolePath,
  ...(classesOf(contract).length > 0 && { TOURNIQUET_ROLES_VERSION: rolesVersion }),
  POWERTOOLS_SERVICE_NAME: contract.name,
});

const assuming = (resources: string[], conditions?: PolicyStatementProps['conditions']): PolicyStatementProps[] =>
  resources.length > 0 ? [{ actions: ['sts:AssumeRole'], resources, ...(conditions && { conditions }) }] : [];

/** The member roles its operations work through: in the account of any target, or only where the organisation is administered. */
function memberRoles(scope: Construct, contract: Contract, config: Config): PolicyStatementProps[] {
  const { organizationAdmin } = config;
  const through = (place: 'account' | 'organization', account: string): string[] =>
    classesOf(contract, place).map((as) => roleArn(config, as, account));
  const others = conditionsOfMembers(scope, config);
  const above = organizationAdmin ? through('organization', organizationAdmin.account) : [];
  return [
    ...assuming([...through('account', Aws.ACCOUNT_ID), ...above]),
    ...(others ? assuming(through('account', '*'), others) : []),
  ];
}

/**
 * Which accounts besides the hub are members, as conditions on whose role it is; null where there are none. None of them is named where
 * the organisation is known, so that the rights stay as they are when an account joins (IAM user guide, "AWS global condition context
 * keys", Properties of the resource).
 */
function conditionsOfMembers(
  scope: Construct,
  { members, organization }: Config,
): PolicyStatementProps['conditions'] | null {
  if (!organization)
    return members.length > 0 ? { StringEquals: { 'aws:ResourceAccount': listed(scope, members) } } : null;
  const { id, include, exclude } = organization;
  const units = include?.map((unit) => `${id}/*/${unit}/*`);
  return {
    StringEquals: { 'aws:ResourceOrgID': id },
    ...(exclude && { StringNotEquals: { 'aws:ResourceAccount': exclude } }),
    ...(units && { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': units } }),
  };
}

/** A long list is written once, in a mapping of the template: in each role it would outgrow what CloudFormation takes of a template. */
function listed(scope: Construct, members: readonly string[]): readonly string[] | string {
  if (members.length <= manyMembers) return members;
  const id = 'Members';
  const stack = Stack.of(scope);
  if (!stack.node.tryFindChild(id)) new CfnMapping(stack, id, { mapping: { listed: { accounts: members } } });
  return Fn.findInMap(id, 'listed', 'accounts');
}

/** What every function needs for itself: its log, its trace, and member roles. */
function own(
  scope: Construct,
  contract: Contract,
  { config, deadLetters, log }: Shared,
  functionName: string,
): PolicyStatementProps[] {
  const streams = logStreamsArn(log.logGroupName, functionName);
  return [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] },
    { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
    // Lambda looks for the right when it makes the function ("…does not have permissions to call SendMessage on SQS").
    ...(isAsynchronous(contract) ? [{ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }] : []),
    ...memberRoles(scope, contract, config),
  ];
}

const documentOf = (statements: readonly PolicyStatementProps[]): PolicyDocument =>
  new PolicyDocument({ statements: statements.map((one) => new PolicyStatement(one)) });

function policyApart(scope: Construct, id: string, managedPolicyName: string, statements: PolicyStatementProps[]) {
  const policy = new ManagedPolicy(scope, id, { managedPolicyName, document: documentOf(statements) });
  suppress(policy, 'IAM5', unnamed);
  return policy;
}

/** Why a wildcard stands in a policy. */
const unnamed =
  'X-Ray and the list of schedules take no resource; log streams, evidence keys and schedules get their names only at run time';

function roleOf(
  scope: Construct,
  id: string,
  contract: Contract,
  { name: deployment }: Config,
  statements: PolicyStatementProps[],
  apart: PolicyStatementProps[],
) {
  const { name } = contract;
  const role = new Role(scope, id, {
    roleName: named(deployment, name),
    description: `What ${name} may do, from its contract`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { [name]: documentOf(statements) },
    ...(apart.length > 0 && { managedPolicies: [policyApart(scope, `${id}Policy`, named(deployment, name), apart)] }),
  });
  for (const as of classesOf(contract)) Tags.of(role).add(admissionTag(as), deployment);
  suppress(role, 'IAM5', unnamed);
  // The policy above is the whole of it: nothing that CDK adds on the way may widen the role.
  return role.withoutPolicyUpdates();
}

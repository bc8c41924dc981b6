/** What the deployed stacks really allow: their roles with the policies IAM has for them, and the policies on what they touch. */
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { forwarderLetters } from '../../../lib/domain/heartbeat.ts';
import { rightsPath } from '../../../lib/domain/identity.ts';
import type { Attached } from '../deployed.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** A statement as far as a grant is read from it; the simulator gets the whole document. */
const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const Document = z.looseObject({ Version: z.literal('2012-10-17'), Statement: z.array(Statement) });
export type Document = z.infer<typeof Document>;

/** IAM answers with policies in URL encoding (IAM API, GetRolePolicy); the other services do not. */
export const parsePolicy = (text: string): Document =>
  Document.parse(JSON.parse(text.startsWith('%7B') ? decodeURIComponent(text) : text));

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly policies: readonly { readonly name: string; readonly policy: Document }[];
  readonly trust: Document;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Policies {
  readonly roles: readonly Role[];
  /** The policy on a resource: a key's, the vault's, the topic's, a role's trust. */
  on(resource: string): Document | undefined;
}

type Account = 'hub' | 'member';
type Deployed = Pick<Attached, 'client'>;

async function physicalIds({ client }: Deployed, account: Account, StackName: string): Promise<[string, string][]> {
  const pages = paginateListStackResources({ client: client(CloudFormationClient, account) }, { StackName });
  const found: [string, string][] = [];
  for await (const { StackResourceSummaries = [] } of pages)
    for (const { ResourceType = '', PhysicalResourceId = '' } of StackResourceSummaries)
      found.push([ResourceType, PhysicalResourceId]);
  return found;
}

async function readRole({ client }: Deployed, account: Account, RoleName: string): Promise<Role> {
  const iam = client(IAMClient, account);
  const [{ Role: role }, { PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const ours = AttachedPolicies.every(({ PolicyArn = '' }) => PolicyArn.includes(`:policy${rightsPath}`));
  if (!role?.Arn || !ours)
    throw new Error(
      `${RoleName}: not there, or holds policies that are not ours: it may do more than its contract says.`,
    );
  const attached = AttachedPolicies.map(async ({ PolicyArn = '', PolicyName = '' }) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
    const { PolicyVersion } = await iam.send(version);
    return { name: PolicyName, policy: parsePolicy(PolicyVersion?.Document ?? '') };
  });
  const policies = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return { name: PolicyName, policy: parsePolicy(PolicyDocument) };
  });
  return {
    arn: role.Arn,
    name: RoleName,
    account: role.Arn.split(':')[4] ?? '',
    policies: await Promise.all([...policies, ...attached]),
    trust: parsePolicy(role.AssumeRolePolicyDocument ?? ''),
    tags: Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** The policies that stand on keys, buckets and topics of the hub's stack, by ARN. */
function resourcePolicy({ client }: Deployed, type: string, id: string): Promise<[string, string][]> {
  const read: Readonly<Record<string, () => Promise<[string, string]>>> = {
    'AWS::KMS::Key': async () => {
      const key = await client(KMSClient, 'hub').send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' }));
      return [`key/${id}`, key.Policy ?? ''];
    },
    'AWS::S3::Bucket': async () => {
      const bucket = await client(S3Client, 'hub').send(new GetBucketPolicyCommand({ Bucket: id }));
      return [`arn:aws:s3:::${id}`, bucket.Policy ?? ''];
    },
    'AWS::SNS::Topic': async () => {
      const { Attributes } = await client(SNSClient, 'hub').send(new GetTopicAttributesCommand({ TopicArn: id }));
      return [id, Attributes?.Policy ?? ''];
    },
  };
  return Promise.all([read[type]?.()].flatMap((reading) => reading ?? []));
}

/** What a key allows that was made without a policy (KMS developer guide, "Default key policy"): the courses make such in the member. */
function byDefault(resource: string): Document | undefined {
  const [, account] = /^arn:aws:kms:[^:]+:(\d{12}):key\//.exec(resource) ?? [];
  if (!account) return undefined;
  const everything = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return Document.parse({ Version: '2012-10-17', Statement: [everything] });
}

/** The policies of what forwarders could not deliver: the hub's daily check counts it, account by account and Region by Region. */
async function forwarderPolicies({ sandbox }: Pick<Attached, 'sandbox'>): Promise<[string, string][]> {
  const { endpoint, members, regions } = sandbox;
  const places = members.flatMap((account) => regions.map((region) => ({ account, region })));
  const QueueName = forwarderLetters('tourniquet');
  const read = places.map(async ({ account, region }): Promise<[string, string][]> => {
    const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'sandbox' } });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName })).catch(() => ({ QueueUrl: undefined }));
    if (!QueueUrl) return [];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }));
    return [[`arn:aws:sqs:${region}:${account}:${QueueName}`, Attributes?.Policy ?? '']];
  });
  return (await Promise.all(read)).flat();
}

/** Reads everything as the accounts' root, from what the stacks say they made. */
export async function readPolicies(deployment: Deployed & Pick<Attached, 'sandbox'>): Promise<Policies> {
  const [hub, member] = await Promise.all([
    physicalIds(deployment, 'hub', 'tourniquet'),
    physicalIds(deployment, 'member', 'tourniquet-member'),
  ]);
  const rolesIn = (account: Account, resources: readonly [string, string][]): Promise<Role>[] =>
    resources.flatMap(([type, id]) => (type === 'AWS::IAM::Role' ? [readRole(deployment, account, id)] : []));
  const roles = await Promise.all([...rolesIn('hub', hub), ...rolesIn('member', member)]);
  const ofTheHub = hub.map(([type, id]) => resourcePolicy(deployment, type, id));
  const read = (await Promise.all([...ofTheHub, forwarderPolicies(deployment)])).flat();
  const onResources = read.map(([arn, text]) => [arn, parsePolicy(text)] as const);
  return {
    roles,
    on: (resource) =>
      roles.find(({ arn }) => arn === resource)?.trust ??
      onResources.find(
        ([arn]) => resource === arn || resource.startsWith(`${arn}/`) || resource.endsWith(`:${arn}`),
      )?.[1] ??
      byDefault(resource),
  };
}

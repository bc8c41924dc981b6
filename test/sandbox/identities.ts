/** People and roles of the small company: whose credentials leak, and whose do not. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
  type Credentials as Token,
} from '@aws-sdk/client-sts';
import type { Credentials, Deployment } from './deployment.ts';
import { customers } from './estate.ts';
import { giveCredentials, otherStatuses } from './other-credentials.ts';

export type InAccount = Pick<Deployment, 'client' | 'sandbox'>;

export interface Person {
  readonly name: string;
  readonly arn: string;
  /** The key in use. */
  readonly key: Credentials;
  /** A key from before, inactive since long; null where there is none. */
  readonly older: Credentials | null;
}

interface About {
  readonly older?: 'an inactive key' | 'none';
  /** What it holds besides access keys. */
  readonly others?: 'of each kind' | 'none';
  readonly tags?: Readonly<Record<string, string>>;
  readonly boundary?: string;
  readonly path?: string;
}

const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
const mayRead = { Effect: 'Allow', Action: ['s3:GetObject', 'sts:GetFederationToken'], Resource: '*' };

async function keyOf(iam: IAMClient, UserName: string): Promise<Credentials> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** An IAM user with a path, as companies have them; findings leave the path out. May read the customers, and make federated sessions. */
export async function hire(deployment: InAccount, name: string, about: About = {}): Promise<Person> {
  const { older = 'an inactive key', others = 'none', tags = {}, boundary, path = '/shop/' } = about;
  const iam = deployment.client(IAMClient, 'member');
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const made = await iam.send(
    new CreateUserCommand({ UserName: name, Path: path, Tags, ...(boundary && { PermissionsBoundary: boundary }) }),
  );
  const policy = { UserName: name, PolicyName: 'read-customers', PolicyDocument: document(mayRead) };
  await iam.send(new PutUserPolicyCommand(policy));
  const former = older === 'none' ? null : await keyOf(iam, name);
  if (former)
    await iam.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: former.accessKeyId, Status: 'Inactive' }));
  if (others !== 'none') await giveCredentials(iam, name);
  return { name, arn: made.User?.Arn ?? '', key: await keyOf(iam, name), older: former };
}

const credentials = (token: Token | undefined): Credentials => ({
  accessKeyId: token?.AccessKeyId ?? '',
  secretAccessKey: token?.SecretAccessKey ?? '',
  sessionToken: token?.SessionToken ?? '',
});

/** Sessions that a thief makes from a key while it works; they outlive it. */
export async function sessionsFrom(deployment: InAccount, key: Credentials) {
  const sts = deployment.client(STSClient, 'member', key);
  const Policy = document({ ...mayRead, Action: 's3:GetObject' });
  const [plain, federated] = await Promise.all([
    sts.send(new GetSessionTokenCommand({})),
    sts.send(new GetFederationTokenCommand({ Name: 'helper', Policy })),
  ]);
  return { plain: credentials(plain.Credentials), federated: credentials(federated.Credentials) };
}

/** A role that people and pipelines of the account assume, under a session name of their choice. */
export async function roleFor(deployment: InAccount, RoleName: string, Path = '/'): Promise<string> {
  const iam = deployment.client(IAMClient, 'member');
  const { member } = deployment.sandbox.accounts;
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${member}:root` }, Action: 'sts:AssumeRole' };
  const command = { RoleName, Path, AssumeRolePolicyDocument: document(trust) };
  const { Role } = await iam.send(new CreateRoleCommand(command));
  const PolicyDocument = document({ ...mayRead, Action: 's3:GetObject', Resource: `${customers.arn}/*` });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read-customers', PolicyDocument }));
  return Role?.Arn ?? '';
}

/** A session of a role, by the account's own administrators. */
export async function assumeAs(deployment: InAccount, RoleArn: string, session: string): Promise<Credentials> {
  const sts = deployment.client(STSClient, 'member');
  return credentials((await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: session }))).Credentials);
}

/** A user's credentials and what is attached to it, as IAM shows them to the account itself. */
export async function userSeen({ client }: InAccount, UserName: string) {
  const iam = client(IAMClient, 'member');
  const [{ User }, { AccessKeyMetadata = [] }, { AttachedPolicies = [] }, others] = await Promise.all([
    iam.send(new GetUserCommand({ UserName })),
    iam.send(new ListAccessKeysCommand({ UserName })),
    iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
    otherStatuses(iam, UserName),
  ]);
  return {
    keys: Object.fromEntries(AccessKeyMetadata.map(({ AccessKeyId = '', Status = '' }) => [AccessKeyId, Status])),
    attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn).toSorted(),
    boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    others,
  };
}

/** Who may assume a role, and its inline policies, as IAM shows them to the account itself. */
export async function roleSeen({ client }: InAccount, RoleName: string) {
  const iam = client(IAMClient, 'member');
  const [{ Role }, { PolicyNames = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  ]);
  return { trust: Role?.AssumeRolePolicyDocument ?? '', inline: PolicyNames.toSorted() };
}

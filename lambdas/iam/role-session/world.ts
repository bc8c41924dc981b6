import { randomBytes } from 'node:crypto';
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { aboutCredential, leaked } from '../../../test/contract/credential.ts';
import { inlineOf } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import type { Credentials } from '../../../test/sandbox/deployment.ts';
import { isSending } from '../../../test/sandbox/mail.ts';
import { byCredential } from '../plunder.world.ts';
import type { RoleSession } from './target.ts';

const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const trusting = (Principal: object): string => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
const rights = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
const assuming = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });

/** The session goes on to another role, under yet another name. */
async function goOn({ client, sandbox }: Ground['deployment'], credentials: Credentials): Promise<void> {
  const iam = client(IAMClient, 'member');
  const RoleName = `next-${randomBytes(4).toString('hex')}`;
  const AssumeRolePolicyDocument = trusting({ AWS: `arn:aws:iam::${sandbox.accounts.member}:root` });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const { endpoint, region } = sandbox;
  const sts = new STSClient({ endpoint, region, credentials });
  await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'further' }));
}

/** A finding about a session of a new role with a path, which somebody in the account has assumed under a name of their own. */
async function aboutRoleSession(ground: Ground): Promise<Finding> {
  const { client, sandbox } = ground.deployment;
  const account = sandbox.accounts.member;
  const iam = client(IAMClient, 'member');
  const RoleName = `deploy-${randomBytes(4).toString('hex')}`;
  const trusted = [account, sandbox.accounts.hub].map((one) => `arn:aws:iam::${one}:root`);
  const AssumeRolePolicyDocument = trusting({ AWS: trusted });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, Path: '/pipelines/', AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: rights }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'assume', PolicyDocument: assuming }));
  const session = `build-${randomBytes(2).toString('hex')}@example.com`;
  const body = { account, role: RoleName, session };
  const credentials = await sandbox.post<Credentials>('/_sandbox/role-session', body);
  await goOn(ground.deployment, credentials);
  const { accessKeyId } = credentials;
  leaked.set(accessKeyId, credentials);
  const principalId = `${Role?.RoleId}:${session}`;
  return aboutCredential(ground, { accessKeyId, principalId, userName: RoleName, userType: 'AssumedRole' });
}

/** IAM lists several principals in an order of its own at each read. */
function ordered(text: string): string {
  const read = JSON.parse(text, (key, value: unknown) =>
    key === 'AWS' && Array.isArray(value) ? value.toSorted() : value,
  );
  return JSON.stringify(read);
}

interface RoleWorld extends Readonly<Record<string, unknown>> {
  readonly trust: string;
  readonly inline: Readonly<Record<string, string>>;
}

const nameOf = ({ role }: RoleSession): string => role?.name ?? '';

async function roleWorld(stage: Stage, target: RoleSession): Promise<RoleWorld> {
  const RoleName = nameOf(target);
  const [{ Role }, inline, mail] = await Promise.all([
    stage.client(IAMClient, 'member').send(new GetRoleCommand({ RoleName })),
    inlineOf(stage, RoleName),
    isSending(stage),
  ]);
  const { Arn: arn, PermissionsBoundary: boundary = null, AssumeRolePolicyDocument = '' } = Role ?? {};
  return { arn, boundary, trust: ordered(decodeURIComponent(AssumeRolePolicyDocument)), inline, mail };
}

/** Somebody else's work on a role we hold: it trusts a service now, and has a right more. */
async function meddleWithRole({ client }: Stage, target: RoleSession): Promise<void> {
  const iam = client(IAMClient, 'member');
  const RoleName = nameOf(target);
  const PolicyDocument = trusting({ Service: 'codebuild.amazonaws.com' });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read-more', PolicyDocument: rights }));
}

/** Makes the role what it is now, later: what a thief does with the rights that still work for a moment. */
async function undoingOnRole(stage: Stage, target: RoleSession): Promise<() => Promise<void>> {
  const iam = stage.client(IAMClient, 'member');
  const RoleName = nameOf(target);
  const before = await roleWorld(stage, target);
  return async () => {
    const { inline } = await roleWorld(stage, target);
    const added = Object.keys(inline).filter((name) => !Object.hasOwn(before.inline, name));
    for (const PolicyName of added) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: before.trust }));
  };
}

export const world: World<RoleSession> = {
  shapes: { 'a role session': aboutRoleSession },
  look: roleWorld,
  meddle: meddleWithRole,
  undoing: undoingOnRole,
  plunder: byCredential,
};

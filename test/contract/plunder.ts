/** What a thief has made before anybody stopped them: the credentials that an eradication takes away again. */
import { randomBytes } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteSigningCertificateCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListSigningCertificatesCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import type { RoleSession, Root, User } from '../../lib/domain/identity.ts';
import { clients } from '../sandbox/deployment.ts';
import { certificate, helpYourself, waysIn } from '../sandbox/thief.ts';
import { leaked } from './credential.ts';
import type { Picture } from './picture.ts';
import type { Made, Stage } from './subject.ts';

/** Shows what is there of all that the thief made, and of what an innocent user had before. */
export type Spoils = () => Promise<Picture>;

/** Rights for whatever comes. A boundary would stop the thief: it is as if it came later. */
async function whileAllPowerful(iam: IAMClient, target: User | RoleSession, deed: () => Promise<void>): Promise<void> {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const policy = { PolicyName: 'anything', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) };
  if (target.kind === 'role-session') {
    await iam.send(new PutRolePolicyCommand({ RoleName: target.role?.name, ...policy }));
    return deed();
  }
  const { id: UserName, boundary: PermissionsBoundary } = target;
  await iam.send(new PutUserPolicyCommand({ UserName, ...policy }));
  if (PermissionsBoundary) await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
  await deed();
  if (PermissionsBoundary) await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
}

/** By the very credential of the finding, for an innocent user with a key of its own. */
async function byCredential({ client, sandbox }: Stage, target: User | RoleSession): Promise<Spoils> {
  const iam = client(IAMClient, 'member');
  const UserName = `innocent-${randomBytes(4).toString('hex')}`;
  await iam.send(new CreateUserCommand({ UserName, Path: '/people/' }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  const thief = clients(sandbox)(IAMClient, 'member', leaked.get(target.key ?? ''));
  await whileAllPowerful(iam, target, async () => {
    await helpYourself(thief, UserName);
  });
  return async () => {
    const { keys, password, others } = await waysIn(iam, UserName);
    return { keys: keys.length, password, others };
  };
}

/** There is one root user for all tests: what an earlier one left would fill its quotas. */
async function clearRoot(iam: IAMClient): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({}));
  for (const { AccessKeyId } of AccessKeyMetadata) await iam.send(new DeleteAccessKeyCommand({ AccessKeyId }));
  const { Certificates } = await iam.send(new ListSigningCertificatesCommand({}));
  for (const { CertificateId } of Certificates ?? [])
    await iam.send(new DeleteSigningCertificateCommand({ CertificateId }));
}

/** Everything that a root user can hold. */
async function byRoot({ client, sandbox }: Stage, { account }: Root): Promise<Spoils> {
  const iam = client(IAMClient, 'member');
  await clearRoot(iam);
  await sandbox.post('/_sandbox/root-user', { account, password: true, mfa: true });
  await iam.send(new CreateAccessKeyCommand({}));
  await iam.send(new UploadSigningCertificateCommand({ CertificateBody: certificate }));
  return async () => {
    const [{ AccessKeyMetadata = [] }, { Certificates }, { SummaryMap }] = await Promise.all([
      iam.send(new ListAccessKeysCommand({})),
      iam.send(new ListSigningCertificatesCommand({})),
      iam.send(new GetAccountSummaryCommand({})),
    ]);
    const { AccountPasswordPresent: password, AccountMFAEnabled: factors } = SummaryMap ?? {};
    return { keys: AccessKeyMetadata.length, certificates: Certificates?.length ?? 0, password, factors };
  };
}

/** Lets the thief make what an eradication finds on this kind of target. */
export function plunder(stage: Stage, target: Made): Promise<Spoils> {
  if (target.kind === 'root') return byRoot(stage, target);
  if (target.kind === 'user' || target.kind === 'role-session') return byCredential(stage, target);
  throw new Error(`No eradication works on a ${target.kind} yet: write what a thief would make there.`);
}

import {
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type EradicationContext, serveEradication } from '../../runtime/serve-eradication.ts';
import { breakGlassAnywhere } from '../../runtime/settings.ts';
import type { RoleSession } from '../role-session/target.ts';
import type { User } from '../user/target.ts';
import {
  type Credential,
  choose,
  nameOf,
  OwnedCredentials,
  ownerOf,
  ownersOf,
  present,
  removalFrom,
  usersAmong,
} from './plan.ts';
import { removeCreatedCredentials, type Shown } from './step.ts';

type Target = User | RoleSession;
type Context = EradicationContext<Target, Shown>;

/** Nothing instead, where what was asked about does not exist. */
const orNone = async <T>(asking: Promise<T>): Promise<T | null> => {
  try {
    return await asking;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
};

const chosenIn = async ({ target, shown, settings }: Pick<Context, 'target' | 'shown' | 'settings'>) =>
  choose(target, shown, usersAmong(await breakGlassAnywhere({ settings })));

const isoOf = (at: Date | undefined): string => at?.toISOString() ?? '';

/** Everything of one user by which somebody can get in; one page each (IAM quotas). Empty where the user is gone. */
async function heldBy(iam: IAMClient, UserName: string): Promise<Credential[]> {
  const [keys, password, service, ssh, certificates] = await Promise.all([
    orNone(iam.send(new ListAccessKeysCommand({ UserName }))),
    orNone(iam.send(new GetLoginProfileCommand({ UserName }))),
    orNone(iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))),
    orNone(iam.send(new ListSSHPublicKeysCommand({ UserName }))),
    orNone(iam.send(new ListSigningCertificatesCommand({ UserName }))),
  ]);
  const held = (kind: Credential['kind'], id: string | undefined, at: Date | undefined): Credential[] =>
    id ? [{ kind, id, of: UserName, at: isoOf(at) }] : [];
  return [
    ...(keys?.AccessKeyMetadata ?? []).flatMap((one) => held('access-key', one.AccessKeyId, one.CreateDate)),
    ...(password ? held('login-profile', UserName, password.LoginProfile?.CreateDate) : []),
    ...(service?.ServiceSpecificCredentials ?? []).flatMap((one) =>
      held('service-credential', one.ServiceSpecificCredentialId, one.CreateDate),
    ),
    ...(ssh?.SSHPublicKeys ?? []).flatMap((one) => held('ssh-key', one.SSHPublicKeyId, one.UploadDate)),
    ...(certificates?.Certificates ?? []).flatMap((one) => held('certificate', one.CertificateId, one.UploadDate)),
  ];
}

/** When, on what and where a key was used last, as IAM knows it (it may lag by hours: IAM API reference, AccessKeyLastUsed). */
async function lastUse(iam: IAMClient, AccessKeyId: string): Promise<[string, string]> {
  const found = await orNone(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
  const { LastUsedDate, ServiceName, Region } = found?.AccessKeyLastUsed ?? {};
  return [
    AccessKeyId,
    LastUsedDate ? `${isoOf(LastUsedDate)}, ${ServiceName} in ${Region}` : 'never, according to IAM',
  ];
}

/** One owner after another, each through a session of its own. */
async function look(context: Context): Promise<OwnedCredentials> {
  const { target } = context;
  const { chosen } = await chosenIn(context);
  const held: Credential[] = [];
  const lastUsed: Record<string, string> = {};
  const failed: OwnedCredentials['failed'][number][] = [];
  for (const owner of ownersOf(target, chosen)) {
    const looking = async (): Promise<void> => {
      const iam = (await context.sessionFor(ownerOf(target, owner))).client(IAMClient);
      const own = await heldBy(iam, owner);
      const keys = present(chosen, own).filter(({ kind }) => kind === 'access-key');
      const uses = await Promise.all(keys.map(({ id }) => lastUse(iam, id)));
      held.push(...own);
      Object.assign(lastUsed, Object.fromEntries(uses));
    };
    failed.push(...(await all([[owner, looking]])).failed);
  }
  return { held, lastUsed, failed };
}

/** An access key is switched off first, so that it works no more even where it cannot be deleted. */
async function deleteCredential({ kind, id, of: UserName, at }: Credential, iam: IAMClient): Promise<unknown> {
  if (kind === 'login-profile') {
    // Looked at again: after an attempt that died somebody may have set a new one.
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    return isoOf(LoginProfile?.CreateDate) === at ? iam.send(new DeleteLoginProfileCommand({ UserName })) : null;
  }
  if (kind === 'ssh-key') return iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId: id }));
  if (kind === 'certificate') return iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId: id }));
  if (kind === 'service-credential')
    return iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId: id }));
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status: 'Inactive' }));
  return iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: id }));
}

async function remove(context: Context, seen: OwnedCredentials) {
  const { target } = context;
  const choice = await chosenIn(context);
  const failed = [];
  const there = present(choice.chosen, seen.held);
  for (const owner of new Set(there.map(({ of }) => of))) {
    const iam = (await context.sessionFor(ownerOf(target, owner))).client(IAMClient);
    const jobs = there
      .filter(({ of }) => of === owner)
      .map((one) => [nameOf(one), () => orNone(deleteCredential(one, iam))] as const);
    failed.push(...(await all(jobs)).failed);
  }
  return removalFrom(context, choice, seen, failed);
}

export const handler = serveEradication(removeCreatedCredentials, {
  would: async (target, shown, { settings }) => (await chosenIn({ target, shown, settings })).chosen.map(nameOf),
  seen: OwnedCredentials,
  look,
  remove,
});

import {
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListSigningCertificatesCommand,
} from '@aws-sdk/client-iam';
import { Refused } from '../../../lib/domain/errors.ts';
import { all } from '../../runtime/all.ts';
import { isDenied, isGone, sentence } from '../../runtime/errors.ts';
import { type EradicationContext, serveEradication } from '../../runtime/serve-eradication.ts';
import { assumeRoot } from '../../runtime/session.ts';
import type { Root } from '../root/target.ts';
import { linesOf, present, RootCredentials, removalFrom } from './plan.ts';
import { deleteRootCredentials, deleteTask, type Shown } from './step.ts';

type Context = EradicationContext<Root, Shown>;

async function rootOf(context: Context): Promise<IAMClient> {
  const { target, sessionFor } = context;
  const { root, because } = await assumeRoot(context, await sessionFor(target), target, deleteTask(target.partition));
  if (root) return root.client(IAMClient);
  throw refusal(target, because);
}

const refusal = ({ account }: Root, because: string): Refused =>
  new Refused(
    `AWS refused a privileged root session in account ${account}. Manage root access centrally, and let such sessions (aws:AssumedRoot) through service control policies (${because})`,
  );

const unlessGone = async <T>(asking: Promise<T>): Promise<T | null> => {
  try {
    return await asking;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
};

async function lastUse(iam: IAMClient, AccessKeyId: string): Promise<[string, string]> {
  const found = await unlessGone(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })));
  const { LastUsedDate: at, ServiceName, Region } = found?.AccessKeyLastUsed ?? {};
  return [AccessKeyId, at ? `${at.toISOString()}, ${ServiceName} in ${Region}` : 'never, according to IAM'];
}

async function look(context: Context): Promise<RootCredentials> {
  const iam = await rootOf(context);
  const [{ AccessKeyMetadata = [] }, { Certificates = [] }, login] = await Promise.all([
    iam.send(new ListAccessKeysCommand({})),
    iam.send(new ListSigningCertificatesCommand({})),
    unlessGone(iam.send(new GetLoginProfileCommand({}))),
  ]).catch((error: unknown) => {
    throw isDenied(error) ? refusal(context.target, sentence(error)) : error;
  });
  const keys = AccessKeyMetadata.flatMap(({ AccessKeyId }) => AccessKeyId ?? []);
  return {
    keys,
    certificates: (Certificates ?? []).flatMap(({ CertificateId }) => CertificateId ?? []),
    password: login ? (login.LoginProfile?.CreateDate?.toISOString() ?? '') : null,
    lastUsed: Object.fromEntries(await Promise.all(keys.map((id) => lastUse(iam, id)))),
  };
}

/** Second factors stay: without them whoever resets the password by the mailbox would need nothing more. */
async function remove(context: Context, seen: RootCredentials) {
  const { shown } = context;
  const iam = await rootOf(context);
  const { keys, certificates, password } = present(shown, seen);
  const line = (one: Partial<Shown>): string =>
    linesOf({ keys: [], certificates: [], password: null, ...one })[0] ?? '';
  const { failed } = await all([
    ...keys.map(
      (id) =>
        [line({ keys: [id] }), () => unlessGone(iam.send(new DeleteAccessKeyCommand({ AccessKeyId: id })))] as const,
    ),
    ...certificates.map(
      (id) =>
        [
          line({ certificates: [id] }),
          () => unlessGone(iam.send(new DeleteSigningCertificateCommand({ CertificateId: id }))),
        ] as const,
    ),
    ...(password === null
      ? []
      : [[line({ password }), () => unlessGone(iam.send(new DeleteLoginProfileCommand({})))] as const]),
  ]);
  return removalFrom(shown, seen, failed);
}

export const handler = serveEradication(deleteRootCredentials, {
  would: (_, shown) => linesOf(shown),
  seen: RootCredentials,
  look,
  remove,
});

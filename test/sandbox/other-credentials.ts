/** What users hold besides access keys and a password. */
import {
  CreateServiceSpecificCredentialCommand,
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  type StatusType,
  UpdateSSHPublicKeyCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';

type Statuses = Readonly<Record<string, StatusType>>;

/** The status of each by its id. */
export interface OtherStatuses {
  readonly service: Statuses;
  readonly ssh: Statuses;
  readonly certificates: Statuses;
}

const statuses = (listed: readonly (readonly [string | undefined, StatusType | undefined])[]): Statuses =>
  Object.fromEntries(listed.map(([id = '', status = 'Active']) => [id, status]));

/** A long-term API key of Bedrock, an SSH key in use and one put aside, and a signing certificate. */
export async function giveCredentials(iam: IAMClient, UserName: string): Promise<void> {
  const SSHPublicKeyBody = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample laptop';
  const upload = () => iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
  const CertificateBody = '-----BEGIN CERTIFICATE-----\nMIIBExample\n-----END CERTIFICATE-----';
  const [former] = await Promise.all([
    upload(),
    upload(),
    iam.send(new UploadSigningCertificateCommand({ UserName, CertificateBody })),
    iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName: 'bedrock.amazonaws.com' })),
  ]);
  const SSHPublicKeyId = former.SSHPublicKey?.SSHPublicKeyId;
  await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: 'Inactive' }));
}

export async function otherStatuses(iam: IAMClient, UserName: string): Promise<OtherStatuses> {
  const [service, ssh, certificates] = await Promise.all([
    iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
    iam.send(new ListSSHPublicKeysCommand({ UserName })),
    iam.send(new ListSigningCertificatesCommand({ UserName })),
  ]);
  const { ServiceSpecificCredentials = [] } = service;
  return {
    service: statuses(ServiceSpecificCredentials.map((one) => [one.ServiceSpecificCredentialId, one.Status])),
    ssh: statuses((ssh.SSHPublicKeys ?? []).map((one) => [one.SSHPublicKeyId, one.Status])),
    certificates: statuses((certificates.Certificates ?? []).map((one) => [one.CertificateId, one.Status])),
  };
}

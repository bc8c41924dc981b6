import {
  DeleteServiceSpecificCredentialCommand,
  type IAMClient,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { type OtherStatuses, otherStatuses } from '../../../test/sandbox/other-credentials.ts';

/** Somebody else's work: every SSH key is the other way round, and the API key is deleted. */
export async function meddleWithCredentials(iam: IAMClient, UserName: string): Promise<void> {
  const { service, ssh } = await otherStatuses(iam, UserName);
  for (const [SSHPublicKeyId, was] of Object.entries(ssh)) {
    const Status = was === 'Active' ? 'Inactive' : 'Active';
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status }));
  }
  for (const ServiceSpecificCredentialId of Object.keys(service))
    await iam.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }));
}

/** Gives each the status it had. */
export async function setBack(iam: IAMClient, UserName: string, before: OtherStatuses, now: OtherStatuses) {
  const off = (kind: keyof OtherStatuses) =>
    Object.entries(before[kind]).filter(([id, status]) => now[kind][id] !== status);
  for (const [ServiceSpecificCredentialId, Status] of off('service'))
    await iam.send(new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status }));
  for (const [SSHPublicKeyId, Status] of off('ssh'))
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status }));
  for (const [CertificateId, Status] of off('certificates'))
    await iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status }));
}

import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteSigningCertificateCommand,
  GetAccountSummaryCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListSigningCertificatesCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { aboutCredential } from '../../../test/contract/credential.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { Spoils, World } from '../../../test/contract/worlds.ts';
import { certificate } from '../../../test/sandbox/thief.ts';
import type { Root } from './target.ts';

/** A finding about a key of the member account's root user, whom GuardDuty names like that (GuardDuty guide, "Finding details"). */
async function aboutRoot(ground: Ground): Promise<Finding> {
  const { member: principalId } = ground.deployment.sandbox.accounts;
  return aboutCredential(ground, { accessKeyId: 'AKIAROOT', principalId, userName: 'Root', userType: 'Root' });
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

export const world: World<Root> = {
  shapes: { 'the root user': aboutRoot },
  look: async () => ({}),
  plunder: byRoot,
};

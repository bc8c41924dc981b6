import {
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { all } from '../../runtime/all.ts';
import { isGone } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { KeyStatus, User } from '../user/target.ts';
import { active, type Credential, left, nameOf, planSwitchingOff, toGiveBack, verdictOf } from './plan.ts';
import { type CredentialStatus, deactivateOtherCredentials, type OtherCredentials } from './step.ts';

type Job = LeverJob<User, OtherCredentials>;
type Meant = Credential<KeyStatus>;

type Listed = readonly [id: string | undefined, status: CredentialStatus | undefined];
const statusesOf = (listed: readonly Listed[]): Record<string, CredentialStatus> =>
  Object.fromEntries(listed.map(([id = '', status = 'Inactive']) => [id, status]));

/** One page each: five SSH keys, two certificates, and two credentials of each of a few services (IAM quotas). */
async function look({ id: UserName }: User, session: Session): Promise<OtherCredentials> {
  const iam = session.client(IAMClient);
  const [{ ServiceSpecificCredentials = [] }, { SSHPublicKeys = [] }, { Certificates = [] }] = await Promise.all([
    iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
    iam.send(new ListSSHPublicKeysCommand({ UserName })),
    iam.send(new ListSigningCertificatesCommand({ UserName })),
  ]);
  return {
    service: statusesOf(ServiceSpecificCredentials.map((one) => [one.ServiceSpecificCredentialId, one.Status])),
    ssh: statusesOf(SSHPublicKeys.map((one) => [one.SSHPublicKeyId, one.Status])),
    certificates: statusesOf((Certificates ?? []).map((one) => [one.CertificateId, one.Status])),
  };
}

function send({ kind, id, status: Status }: Meant, UserName: string, iam: IAMClient): Promise<unknown> {
  if (kind === 'ssh') return iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId: id, Status }));
  if (kind === 'certificates')
    return iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId: id, Status }));
  return iam.send(new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId: id, Status }));
}

/** Sets each one's status. What is deleted since can do no harm, and cannot be given back. */
async function set(meant: readonly Meant[], { id }: User, session: Session): Promise<Change> {
  const iam = session.client(IAMClient);
  const became = new Map(meant.map((one) => [nameOf(one), one.status.toLowerCase()]));
  const job = (one: Meant) => async (): Promise<void> => {
    await send(one, id, iam).catch((error: unknown) => {
      if (!isGone(error)) throw error;
      became.set(nameOf(one), 'deleted since');
    });
  };
  const { done, failed } = await all(meant.map((one) => [nameOf(one), job(one)]));
  return changeOf(
    done.map((name) => `${name}: ${became.get(name)}`),
    failed,
  );
}

const inactive = ({ kind, id }: Credential): Meant => ({ kind, id, status: 'Inactive' });

export const handler = serveLever(deactivateOtherCredentials, {
  look,
  plan: planSwitchingOff,
  apply: ({ from, target, session }: Job) => set(active(from).map(inactive), target, session),
  release: ({ from, to, target, session }: Job) => set(toGiveBack(from, to), target, session),
  left,
  verify: async ({ stored, now }) => verdictOf(stored.ours, now),
});

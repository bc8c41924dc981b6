import * as z from 'zod';
import { accountOf, arnParts, part, text } from '../../../lib/domain/finding/value.ts';
import type { Made } from './step.ts';

/** What a call made, as far as its own record says it. */
export type MadeCredential = Omit<Made, 'at'>;

/** What a call was given or answered, as CloudTrail keeps it, with its keys in camelCase. */
export type Parameters = Readonly<Record<string, unknown>>;

/** IAM and STS API references; CloudTrail leaves the secrets out of the answers and keeps the ids. */
const ResponseElements = z.object({
  user: part(z.object({ userName: text, arn: text })),
  accessKey: part(z.object({ accessKeyId: text, userName: text })),
  serviceSpecificCredential: part(z.object({ serviceSpecificCredentialId: text, userName: text })),
  sSHPublicKey: part(z.object({ sSHPublicKeyId: text, userName: text })),
  certificate: part(z.object({ certificateId: text, userName: text })),
  credentials: part(z.object({ accessKeyId: text })),
  assumedRoleUser: part(z.object({ arn: text })),
  federatedUser: part(z.object({ arn: text })),
});
const RequestParameters = z.object({
  userName: text,
  roleArn: text,
  roleSessionName: text,
  name: text,
  targetPrincipal: text,
});

/** Ids of access keys (IAM API reference, AccessKey). What looks otherwise is nothing to look up. */
const keyId = /^\w{16,128}$/;

/** `assumed-role/deploy/x` → `deploy/x`; a federated user keeps its kind. */
const ownerIn = (arn: string | null | undefined): string | null =>
  arnParts(arn)?.resource.replace(/^assumed-role\//, '') ?? null;

function sessionOf(
  asked: z.infer<typeof RequestParameters>,
  answer: z.infer<typeof ResponseElements>,
): MadeCredential[] {
  const id = answer.credentials?.accessKeyId;
  if (!id || !keyId.test(id)) return [];
  const arn = answer.assumedRoleUser?.arn ?? answer.federatedUser?.arn;
  const role = asked.roleArn?.split('/').at(-1);
  const byRequest = role ? `${role}/${asked.roleSessionName ?? ''}` : (asked.name ?? asked.targetPrincipal);
  const account = accountOf((arnParts(arn) ?? arnParts(asked.roleArn))?.account);
  return [{ kind: 'session', id, of: ownerIn(arn) ?? byRequest ?? null, account }];
}

/** Calls that hand out a temporary key (STS API reference). AWS counts them as reading, for they change nothing. */
const handingOut = new Set(['sts:AssumeRole', 'sts:AssumeRoot', 'sts:GetSessionToken', 'sts:GetFederationToken']);

/** The further credentials one call made; none where the record does not show it. */
export function madeBy(call: string, request: Parameters, response: Parameters): MadeCredential[] {
  const [asked, answer] = [RequestParameters.parse(request), ResponseElements.parse(response)];
  if (handingOut.has(call)) return sessionOf(asked, answer);
  if (call === 'iam:CreateUser') {
    const id = answer.user?.userName ?? asked.userName;
    return id ? [{ kind: 'user', id, of: null, account: accountOf(arnParts(answer.user?.arn)?.account) }] : [];
  }
  if (call === 'iam:CreateLoginProfile')
    return asked.userName ? [{ kind: 'login-profile', id: asked.userName, of: asked.userName, account: null }] : [];
  return credentialOf(call, asked, answer);
}

interface Owned {
  readonly userName: string | null;
}

/** A credential that has an id, by the call that makes it. */
function credentialOf(
  call: string,
  asked: z.infer<typeof RequestParameters>,
  answer: z.infer<typeof ResponseElements>,
): MadeCredential[] {
  const { accessKey, serviceSpecificCredential, sSHPublicKey, certificate } = answer;
  const made = new Map<string, readonly [MadeCredential['kind'], string | null | undefined, Owned | null | undefined]>([
    ['iam:CreateAccessKey', ['access-key', accessKey?.accessKeyId, accessKey]],
    [
      'iam:CreateServiceSpecificCredential',
      ['service-credential', serviceSpecificCredential?.serviceSpecificCredentialId, serviceSpecificCredential],
    ],
    ['iam:UploadSSHPublicKey', ['ssh-key', sSHPublicKey?.sSHPublicKeyId, sSHPublicKey]],
    ['iam:UploadSigningCertificate', ['certificate', certificate?.certificateId, certificate]],
  ]);
  const [kind, id, block] = made.get(call) ?? [];
  if (!kind || !id || !keyId.test(id)) return [];
  return [{ kind, id, of: block?.userName ?? asked.userName, account: null }];
}

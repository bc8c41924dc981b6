import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { User, userArns } from '../user/target.ts';

/** IAM knows a third status: some API keys are made with a last day (IAM API reference, ServiceSpecificCredentialMetadata). */
export const CredentialStatus = z.enum(['Active', 'Inactive', 'Expired']);
export type CredentialStatus = z.infer<typeof CredentialStatus>;

const byId = z.record(z.string(), CredentialStatus);

/** The status of each credential that is no access key, by its kind and id. */
export const OtherCredentials = z.object({ service: byId, ssh: byId, certificates: byId });
export type OtherCredentials = z.infer<typeof OtherCredentials>;

/**
 * Services accept these without an access key: a deny on the user reaches what IAM authorises, and nobody should have to find out which
 * of them do. The console password is no part of it: it knows no status, taking it away deletes it; the deny covers it.
 */
export const deactivateOtherCredentials = defineLever({
  name: 'deactivate-other-credentials',
  title: "Switch off the user's other credentials",
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'Every service-specific credential (including long-term Bedrock API keys), SSH key and signing certificate of the user is refused. The console password stays: the deny on the user covers it.',
  undo: 'Each gets its former status back; one that was inactive stays inactive, and one that was deleted or has expired since does not come back.',
  settles: 6,
  stands: { held: 'other credentials inactive', open: 'other credentials still active' },
  target: User,
  beforeState: OtherCredentials,
  look: [
    allow('iam:ListServiceSpecificCredentials', userArns),
    allow('iam:ListSSHPublicKeys', userArns),
    allow('iam:ListSigningCertificates', userArns),
  ],
  apply: {
    permissions: [
      allow('iam:UpdateServiceSpecificCredential', userArns),
      allow('iam:UpdateSSHPublicKey', userArns),
      allow('iam:UpdateSigningCertificate', userArns),
    ],
    within: 60,
  },
  release: {
    permissions: [
      allow('iam:UpdateServiceSpecificCredential', userArns),
      allow('iam:UpdateSSHPublicKey', userArns),
      allow('iam:UpdateSigningCertificate', userArns),
    ],
    within: 60,
  },
});

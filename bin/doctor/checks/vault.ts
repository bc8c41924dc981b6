import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Vault, vaultOf } from '../../console/vault-versions.ts';
import { isGone } from '../answers.ts';
import { type Check, deploy, deployAgain, fail, notProven, ok, type Patient } from '../check.ts';
import { inAccount } from '../mends.ts';
import { sids, statementsOf } from '../policy.ts';

const concerns = { role: 'seal-record', action: 's3:PutObject' };

/** What is done to the vault is done with credentials of its account. */
export const inVaultAccount = (patient: Patient, ...commands: string[]): string[] =>
  inAccount(patient.config.evidence?.account ?? patient.home.account, patient, ...commands);

/** Deploys the stack that made it; one that was adopted has none. */
export const deployVault = (patient: Patient): string[] =>
  patient.config.evidence ? inVaultAccount(patient, deploy('TourniquetVault')) : [deployAgain];

const versioning: Check = {
  id: 'vault-versioning',
  about: 'hub',
  title: 'The vault keeps every version',
  asks: ['s3:GetBucketVersioning'],
  concerns,
  async run({ patient, hub }) {
    const { Bucket, ...owner } = vaultOf(patient);
    const { Status = 'never enabled' } = await hub(S3Client).send(new GetBucketVersioningCommand({ Bucket, ...owner }));
    if (Status === 'Enabled') return ok(Status);
    const enable = `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`;
    return fail(`Versioning is ${Status}`, ...inVaultAccount(patient, enable));
  },
};

const lock: Check = {
  id: 'vault-lock',
  about: 'hub',
  title: 'What is sealed is locked for as long as configured',
  asks: ['s3:GetBucketObjectLockConfiguration'],
  concerns: { role: 'seal-record', action: 's3:PutObjectRetention' },
  async run({ patient, hub }) {
    const { Bucket, ...owner } = vaultOf(patient);
    const command = new GetObjectLockConfigurationCommand({ Bucket, ...owner });
    const { ObjectLockConfiguration } = await hub(S3Client).send(command);
    const { Mode, Days = 0, Years = 0 } = ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
    const { retentionDays, lock: mode } = patient.config;
    const wanted = { Mode: mode.toUpperCase(), Days: retentionDays };
    const rule = JSON.stringify({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: wanted } });
    // Not a deployment: CloudFormation brings back nothing that was changed beside it, and a vault may be adopted.
    const putRule = `aws s3api put-object-lock-configuration --bucket ${Bucket} --object-lock-configuration '${rule}'`;
    const put = inVaultAccount(patient, putRule);
    if (ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled')
      return fail('Object Lock is off', ...deployVault(patient));
    if (!Mode) return fail('There is no default retention', ...put);
    const days = Days || Years * 365;
    const found = `${Mode}, ${days} days`;
    if (days < retentionDays) return fail(`${found}; the configuration says ${retentionDays}`, ...put);
    return Mode === wanted.Mode || Mode === 'COMPLIANCE'
      ? ok(found)
      : fail(`${found}; the configuration says ${mode}`, ...put);
  },
};

const blocks = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;

async function publicBlock(client: S3Client, vault: Vault): Promise<PublicAccessBlockConfiguration> {
  try {
    const { PublicAccessBlockConfiguration = {} } = await client.send(new GetPublicAccessBlockCommand({ ...vault }));
    return PublicAccessBlockConfiguration;
  } catch (error) {
    if (isGone(error) && error instanceof Error && /PublicAccessBlock/.test(error.name)) return {};
    throw error;
  }
}

const unseen: Check = {
  id: 'vault-public',
  about: 'hub',
  title: 'Nobody can make the vault public',
  asks: ['s3:GetBucketPublicAccessBlock'],
  concerns,
  async run({ patient, hub }) {
    const vaulted = vaultOf(patient);
    const block = await publicBlock(hub(S3Client), vaulted);
    const off = blocks.filter((one) => block[one] !== true);
    if (off.length === 0) return ok('All four are blocked');
    const all = blocks.map((one) => `${one}=true`).join(',');
    const mend = `aws s3api put-public-access-block --bucket ${vaulted.Bucket} --public-access-block-configuration ${all}`;
    return fail(`Off: ${off.join(', ')}`, ...inVaultAccount(patient, mend));
  },
};

const policy: Check = {
  id: 'vault-policy',
  about: 'hub',
  title: 'The vault’s policy keeps our own roles out, and asks for TLS',
  asks: ['s3:GetBucketPolicy'],
  concerns: { role: 'seal-record', action: 's3:DeleteObjectVersion' },
  async run({ patient, hub }) {
    const { Bucket, ...owner } = vaultOf(patient);
    // S3 answers this to identities of the bucket's own account alone (API reference, GetBucketPolicy: 405 to others).
    if (patient.config.evidence)
      return notProven(
        'The vault is in an account of its own, which alone may read its policy',
        ...inVaultAccount(patient, `aws s3api get-bucket-policy --bucket ${Bucket} --query Policy --output text`),
      );
    const { Policy = '' } = await hub(S3Client).send(new GetBucketPolicyCommand({ Bucket, ...owner }));
    const tls = statementsOf(Policy).some((one) => JSON.stringify(one.Condition ?? '').includes('aws:SecureTransport'));
    const missing = [
      ...(sids(Policy, 'Deny').has('NoResponderTampers') ? [] : ['NoResponderTampers']),
      ...(tls ? [] : ['aws:SecureTransport']),
    ];
    return missing.length === 0 ? ok('Both denials are there') : fail(`It lacks ${missing.join(' and ')}`, deployAgain);
  },
};

export const vault: readonly Check[] = [versioning, lock, unseen, policy];

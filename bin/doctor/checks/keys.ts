import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3';
import { vaultOf } from '../../console/vault-versions.ts';
import { aws, type Check, deployAgain, fail, ok, type Verdict } from '../check.ts';
import { sids } from '../policy.ts';
import { deployVault, inVaultAccount } from './vault.ts';

/** Whether a key can be used, and how it comes back when it cannot. */
export function keyVerdict(region: string, key: KeyMetadata | undefined): Verdict {
  const { KeyState = 'unknown', KeyId = '' } = key ?? {};
  if (KeyState === 'Enabled') return ok('Enabled');
  const enable = aws(region, `kms enable-key --key-id ${KeyId}`);
  // A key whose deletion is cancelled is disabled (KMS API reference, CancelKeyDeletion).
  if (KeyState === 'PendingDeletion') {
    return fail('Its deletion is scheduled', aws(region, `kms cancel-key-deletion --key-id ${KeyId}`), enable);
  }
  return fail(`Its state is ${KeyState}`, enable);
}

const sealing: Check = {
  id: 'sealing-key',
  about: 'hub',
  title: 'The key that signs records is enabled',
  asks: ['kms:DescribeKey'],
  concerns: { role: 'seal-record', action: 'kms:Sign' },
  async run({ patient, hub, region }) {
    const command = new DescribeKeyCommand({ KeyId: patient.output('SealingKeyArn') });
    return keyVerdict(region, (await hub(KMSClient).send(command)).KeyMetadata);
  },
};

const guarded = ['NoResponderTampers', 'OnlySealersSign'];

const sealingPolicy: Check = {
  id: 'sealing-key-policy',
  about: 'hub',
  title: 'Only sealing functions can sign, and none of our roles changes it',
  asks: ['kms:GetKeyPolicy'],
  concerns: { role: 'seal-record', action: 'kms:Sign' },
  async run({ patient, hub, region }) {
    const KeyId = patient.output('SealingKeyArn');
    const command = new GetKeyPolicyCommand({ KeyId });
    const { Policy = '' } = await hub(KMSClient).send(command);
    const found = sids(Policy, 'Deny');
    const missing = guarded.filter((sid) => !found.has(sid));
    const { name, rolePath } = patient.config;
    // One that was adopted may be of a deployment with another name.
    if (missing.length === 0 && !Policy.includes(`:role${rolePath}${name}-seal-record`))
      return fail(
        'The key policy lets only the functions of another deployment sign',
        `# give the deployment the name and rolePath that the policy names: ${aws(region, `kms get-key-policy --policy-name default --key-id ${KeyId}`)}`,
      );
    if (missing.length === 0) return ok('Both denials are in the key policy');
    return fail(`The key policy lacks ${missing.join(' and ')}`, deployAgain);
  },
};

const vault: Check = {
  id: 'vault-key',
  about: 'hub',
  title: 'The key that encrypts the vault is enabled',
  asks: ['s3:GetEncryptionConfiguration', 'kms:DescribeKey'],
  concerns: { role: 'seal-record', action: 'kms:GenerateDataKey' },
  async run({ patient, hub, region }) {
    const command = new GetBucketEncryptionCommand({ ...vaultOf(patient) });
    const { ServerSideEncryptionConfiguration } = await hub(S3Client).send(command);
    const KeyId = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (!KeyId) return fail('The vault is not encrypted by a key of the deployment', ...deployVault(patient));
    const verdict = keyVerdict(region, (await hub(KMSClient).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata);
    return verdict.mend.length > 0 ? { ...verdict, mend: inVaultAccount(patient, ...verdict.mend) } : verdict;
  },
};

export const keys: readonly Check[] = [sealing, sealingPolicy, vault];

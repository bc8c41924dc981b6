/** Vaults of AWS Backup as others see and change them: for a vault and for a recovery point that lies in one. */
import {
  BackupClient,
  GetBackupVaultAccessPolicyCommand,
  ListRecoveryPointsByBackupVaultCommand,
  PutBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import type { Stage } from '../../test/contract/subject.ts';

export const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** As companies let another account copy into a vault (AWS Backup developer guide, "Creating backup copies across AWS accounts"). */
export const copies = (Sid: string): object => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::555566667777:root' },
  Action: 'backup:CopyIntoBackupVault',
  Resource: '*',
});

export async function policyOf({ client }: Pick<Stage, 'client'>, BackupVaultName: string): Promise<string | null> {
  const command = new GetBackupVaultAccessPolicyCommand({ BackupVaultName });
  const found = await client(BackupClient, 'member')
    .send(command)
    .catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
      return null;
    });
  return found?.Policy ?? null;
}

/** What lies in it of the volume; what was put there to be deleted comes and goes. */
export async function lookAtVault(stage: Stage, BackupVaultName: string) {
  const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName });
  const { RecoveryPoints = [] } = await stage.client(BackupClient, 'member').send(command);
  return {
    policy: await policyOf(stage, BackupVaultName),
    points: RecoveryPoints.filter(({ ResourceArn }) => ResourceArn?.includes(':volume/')).map(
      ({ RecoveryPointArn = '' }) => RecoveryPointArn,
    ),
  };
}

/** Somebody weakens our statement, and writes one of their own. */
export async function meddleWithVault(stage: Stage, BackupVaultName: string): Promise<void> {
  const { Statement: found = [] } = JSON.parse((await policyOf(stage, BackupVaultName)) ?? '{}') as {
    Statement?: { Sid: string }[];
  };
  const weakened = found.map((one) =>
    one.Sid.startsWith('Tourniquet') ? { ...one, Action: ['backup:DeleteBackupVault'] } : one,
  );
  const Policy = document(...weakened, copies('Reports'));
  await stage.client(BackupClient, 'member').send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy }));
}

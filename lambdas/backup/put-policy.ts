import {
  BackupClient,
  DeleteBackupVaultAccessPolicyCommand,
  GetBackupVaultAccessPolicyCommand,
  PutBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import { Refused } from '../../lib/domain/errors.ts';
import type { Change } from '../../lib/domain/outcome.ts';
import { oursIn, type ResourcePolicy, withOurs, withoutOurs } from '../../lib/domain/resource-policy.ts';
import { sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';

/**
 * Null for none (AWS Backup API reference, GetBackupVaultAccessPolicy). A vault that is not there is answered as one that nobody may see, in these
 * words (aws/aws-sdk-js#2625); a right that is missing in others.
 */
function none(error: unknown): null {
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name === 'ResourceNotFoundException') return null;
  if (name === 'AccessDeniedException' && /Insufficient privileges/i.test(message))
    throw new Refused('AWS Backup does not show the vault, as it does where there is none of that name any more.', {
      cause: error,
    });
  throw error;
}

/** The policy as it is; `sids` are those of our statements. */
export async function lookAtPolicy(
  BackupVaultName: string,
  session: Session,
  sids: readonly string[],
): Promise<ResourcePolicy> {
  const command = new GetBackupVaultAccessPolicyCommand({ BackupVaultName });
  const found = await session.client(BackupClient).send(command).catch(none);
  return { document: found?.Policy ?? null, sids: [...sids] };
}

/** What AWS Backup says no to for a reason in the policy, which a person has to take out of it (PutBackupVaultAccessPolicy). */
function explained(error: unknown): never {
  const { name = '' } = error instanceof Error ? error : {};
  if (/^Invalid(?:Parameter|Request)/.test(name))
    throw new Refused(`AWS Backup does not store the policy: ${sentence(error)}`, { cause: error });
  throw error;
}

interface Job {
  readonly from: ResourcePolicy;
  readonly to: ResourcePolicy;
  readonly session: Session;
}

async function write(BackupVaultName: string, { from, session }: Job, Policy: string | null): Promise<Change> {
  if (from.document === Policy) return { outcome: 'already-applied' };
  const backup = session.client(BackupClient);
  if (Policy === null) await backup.send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName }));
  else await backup.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy })).catch(explained);
  const done = Policy === null ? 'removed' : 'written';
  return { outcome: 'applied', changed: [`${BackupVaultName}: access policy ${done}`] };
}

/** Into the policy as it stands now, whatever others have made of it meanwhile. */
export const putOurs = (vault: string, job: Job): Promise<Change> =>
  write(vault, job, withOurs(job.from, oursIn(job.to)));

/** Out of the policy as it stands now: what others have made of it meanwhile stays. */
export const takeOurs = (vault: string, job: Job): Promise<Change> => write(vault, job, withoutOurs(job.from, job.to));

import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { DestructionDeny } from './step.ts';

/** Characters a service control policy may have in every organisation (Organizations user guide, "Quotas and service limits"). */
const longest = 5120;

/** One policy an account. */
export const policyName = (deployment: string, account: string): string => `${deployment}-no-destruction-${account}`;

/** For whoever comes across the policy and wonders. */
export const descriptionFor = (account: string, incident: string): string =>
  `Tourniquet, incident ${incident}: denies destruction in ${account}. Release the incident to remove it.`;

/** What takes data, its copies or the keys to it away, at once or by a rule (Service Authorization Reference, pages of the services). */
const destructive = [
  'backup:DeleteBackupVault*',
  'backup:DeleteRecoveryPoint',
  'backup:PutBackupVaultAccessPolicy',
  'backup:UpdateRecoveryPointLifecycle',
  'dynamodb:DeleteBackup',
  'dynamodb:DeleteTable',
  'ec2:DeleteSnapshot',
  'ec2:DeleteVolume',
  'ec2:DeregisterImage',
  'elasticfilesystem:DeleteFileSystem',
  'fsx:Delete*',
  'kms:DeleteImportedKeyMaterial',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  'rds:DeleteDB*',
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/** What the policy says: the same for the same people, whichever run writes it. A policy binds principals of its own account alone. */
export function contentFor(account: string, spared: readonly string[]): string {
  const here = spared.filter((arn) => [account, '*'].includes(arn.split(':')[4] ?? '')).toSorted();
  const Condition = { ArnNotLike: { 'aws:PrincipalArn': here } };
  const deny = { Sid: 'TourniquetNoDestruction', Effect: 'Deny', Action: destructive, Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [here.length > 0 ? { ...deny, Condition } : deny] });
}

/** As two are compared, however they are spaced. */
export const meaning = (content: string | null): unknown => (content ? JSON.parse(content) : null);

export const isSame = (one: string | null, other: string | null): boolean =>
  differences(meaning(one), meaning(other)).length === 0;

export interface Rules {
  /** Account id of the organisation's management account. */
  readonly management: string | undefined;
  /** ARNs of those who go on; null as long as nobody has asked. */
  readonly spared: readonly string[] | null;
}

/** A deny for everybody in the account, but for those on the list. */
export function planDestruction(
  { account }: { readonly account: string },
  before: DestructionDeny,
  { management, spared }: Rules,
): LeverPlan<DestructionDeny> {
  if (account === management) return { refused: `no policy binds the management account ${account}` };
  const content = contentFor(account, spared ?? []);
  if (content.length > longest)
    return {
      refused: `the policy would have ${content.length} characters, over ${longest}: too many are to be spared`,
    };
  if (before.content === null) return { ours: { ...before, content } };
  return spared === null || isSame(before.content, content)
    ? { nothing: `destruction is already denied in ${account} by ${before.policy}` }
    : { refused: `${before.policy} is attached to ${account}, and says something else: review it and delete it` };
}

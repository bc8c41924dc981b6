/** A recovery point, as either list has it. */
export interface Point {
  readonly RecoveryPointArn?: string | undefined;
  readonly BackupVaultName?: string | undefined;
  readonly ResourceArn?: string | undefined;
  readonly CreationDate?: Date | undefined;
  readonly Status?: string | undefined;
  readonly CalculatedLifecycle?: { readonly DeleteAt?: Date | undefined } | undefined;
}

/** When the newest of them was made, to be added to a sentence about all. */
export const newestOf = (points: readonly Point[]): string => {
  const times = points.flatMap(({ CreationDate }) => CreationDate?.getTime() ?? []);
  return times.length > 0 ? `, the newest of ${new Date(Math.max(...times)).toISOString()}` : '';
};

/** Names of the vaults they lie in. */
export const vaultsOf = (points: readonly Point[]): string[] => [
  ...new Set(points.flatMap(({ BackupVaultName }) => BackupVaultName ?? [])),
];

/** Of one resource, by the vaults that hold them. */
export function backupSentences(points: readonly Point[]): string[] {
  if (points.length === 0) return ['AWS Backup has no recovery point of it in this account and Region'];
  return vaultsOf(points).map((vault) => {
    const inside = points.filter(({ BackupVaultName }) => BackupVaultName === vault);
    return `AWS Backup has ${inside.length} recovery points of it in the vault ${vault}${newestOf(inside)}`;
  });
}

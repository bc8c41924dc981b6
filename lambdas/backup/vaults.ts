import * as z from 'zod';
import { arn, type Place } from '../../lib/domain/resource.ts';

/** Those that AWS itself makes have slashes: `aws/efs/automatic-backup-vault` (AWS Backup developer guide, "Vault access policies"). */
export const VaultName = z.string().regex(/^[A-Za-z0-9][\w./-]{1,99}$/);

export const vaultArn = (place: Place, name: string): string => arn(place, 'backup', `backup-vault:${name}`);

import { BackupClient, paginateListRecoveryPointsByResource } from '@aws-sdk/client-backup';
import type { Session } from '../runtime/session.ts';
import type { Scanned } from './older.ts';

/** Recovery points that are read; nobody reads thousands. */
const most = 1000;

/** Page by page, until there are as many as are read. */
export async function some(pages: AsyncIterable<{ readonly RecoveryPoints?: readonly Scanned[] | undefined }>) {
  const found: Scanned[] = [];
  for await (const { RecoveryPoints = [] } of pages) {
    found.push(...RecoveryPoints);
    if (found.length >= most) return { found, more: 'more' as const };
  }
  return { found, more: 'all' as const };
}

/** All that AWS Backup has of one resource, in the account and the Region of the session. */
export async function pointsOf(ResourceArn: string, session: Session): Promise<Scanned[]> {
  const pages = paginateListRecoveryPointsByResource({ client: session.client(BackupClient) }, { ResourceArn });
  return (await some(pages)).found;
}

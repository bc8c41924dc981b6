import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Deployment } from './deployment.ts';

/** The vault, for any call to S3: of another bucket by its name, whoever has made it, S3 refuses the call. */
export interface Vault {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string | undefined;
}

/** It and its key are of one account, the hub's or one of its own. */
export const vaultOf = ({ output }: Pick<Deployment, 'output'>): Vault => ({
  Bucket: output('VaultName'),
  ExpectedBucketOwner: output('VaultKeyArn').split(':')[4],
});

/** A version in it, for GetObject. What was sealed before the deployment had this vault lies in the one before. */
export function inVault(
  vault: Vault,
  { uri, version }: { readonly uri: string; readonly version?: string | null | undefined },
) {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const where: Partial<Vault> & Pick<Vault, 'Bucket'> = Bucket === vault.Bucket ? vault : { Bucket };
  return { ...where, Key, VersionId: version ?? undefined };
}

/** A version of an object. */
export interface Version {
  readonly Key: string;
  readonly VersionId: string | undefined;
  /** When S3 received it; ISO 8601. */
  readonly since: string;
  readonly bytes: number;
}

/** All versions in the vault whose keys begin so, of each the newest first, and the keys of delete markers. */
export async function versionsIn(vault: Vault, Prefix = ''): Promise<{ versions: Version[]; deleted: string[] }> {
  const client = new S3Client();
  const versions: Version[] = [];
  const deleted: string[] = [];
  let from = {};
  for (let more: boolean | undefined = true; more; ) {
    const page = await client.send(new ListObjectVersionsCommand({ ...vault, Prefix, ...from }));
    for (const { Key = '', VersionId, LastModified, Size = 0 } of page.Versions ?? [])
      versions.push({ Key, VersionId, since: LastModified?.toISOString() ?? '', bytes: Size });
    for (const { Key = '' } of page.DeleteMarkers ?? []) deleted.push(Key);
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated;
  }
  return { versions, deleted };
}

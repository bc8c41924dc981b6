import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';

/** A version of an object. */
export interface Version {
  readonly Key: string;
  readonly VersionId: string | undefined;
  /** When S3 received it; ISO 8601. */
  readonly since: string;
  readonly bytes: number;
}

/** All versions in the vault whose keys begin so, of each the newest first, and the keys of delete markers. */
export async function versionsIn(Bucket: string, Prefix = ''): Promise<{ versions: Version[]; deleted: string[] }> {
  const client = new S3Client();
  const versions: Version[] = [];
  const deleted: string[] = [];
  let from = {};
  for (let more: boolean | undefined = true; more; ) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...from }));
    for (const { Key = '', VersionId, LastModified, Size = 0 } of page.Versions ?? [])
      versions.push({ Key, VersionId, since: LastModified?.toISOString() ?? '', bytes: Size });
    for (const { Key = '' } of page.DeleteMarkers ?? []) deleted.push(Key);
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated;
  }
  return { versions, deleted };
}

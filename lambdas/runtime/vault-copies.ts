import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { environment } from './environment.ts';
import { sentence } from './errors.ts';
import type { Work } from './pipeline.ts';
import { inVault } from './vault.ts';

/** What a custody record says of an artefact: `s3://bucket/key`, its version there, and the SHA-256 of its bytes in hex. */
interface Kept {
  readonly uri: string;
  readonly version: string;
  readonly sha256: string;
}

/** Reads artefacts back, each hashed as it streams in. Null where the vault has all of them as recorded; else why not, in words. */
export async function changedInVault(work: Pick<Work, 'client'>, copies: readonly Kept[]): Promise<string | null> {
  if (copies.length === 0) return 'the vault has no copy of it';
  for (const { uri, version, sha256 } of copies) {
    const why = await changed(work, { uri, version, sha256 });
    if (why) return why;
  }
  return null;
}

async function changed({ client }: Pick<Work, 'client'>, { uri, version, sha256 }: Kept): Promise<string | null> {
  const folder = `s3://${environment('VAULT')}/`;
  if (!uri.startsWith(folder)) return `its copy ${uri} does not lie in the vault`;
  const which = { ...inVault(), Key: uri.slice(folder.length), VersionId: version };
  const hash = createHash('sha256');
  try {
    const { Body } = await client(S3Client).send(new GetObjectCommand(which));
    for await (const chunk of Body?.transformToWebStream() ?? []) hash.update(chunk);
  } catch (error) {
    return `its copy ${uri} could not be read back (${sentence(error)})`;
  }
  return hash.digest('hex') === sha256 ? null : `its copy ${uri} has other bytes than were sealed`;
}

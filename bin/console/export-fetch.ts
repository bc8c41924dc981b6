import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Sealed } from '../../lib/domain/sealed.ts';
import { incidentItem } from '../../lib/items/incident.ts';
import { headItem } from '../../lib/items/ledger.ts';
import { type Files, sha256 } from '../../lib/record/export/files.ts';
import { unpack } from '../../lib/record/export/tar.ts';
import { verifyStamped } from '../../lib/record/export/time-stamp-verdict.ts';
import type { Deployment } from './deployment.ts';
import { inVault, type Vault, vaultOf } from './vault-versions.ts';
import { Failure } from './verb.ts';

/** Where the newest export of an incident lies, and how many entries the ledger has by now. */
export async function newestOf({ table }: Deployment, incident: string): Promise<Sealed & { readonly now: number }> {
  const [meta, head] = await Promise.all([incidentItem.find(table, incident), headItem.find(table, incident)]);
  if (!meta) throw new Failure(`There is no incident ${incident}. The verb \`incidents\` lists them.`);
  if (meta.sealed) return { ...meta.sealed, now: head?.sequence ?? 0 };
  throw new Failure(`${incident} is not sealed yet. It is sealed when its run closes; --seal seals it now.`);
}

/** Fingerprint of the key that this deployment signs with, as KMS itself hands it out. */
export async function publishedKey({ output }: Deployment): Promise<string> {
  const KeyId = output('SealingKeyArn');
  const { PublicKey } = await new KMSClient().send(new GetPublicKeyCommand({ KeyId }));
  if (!PublicKey) throw new Failure(`KMS returned no public key for ${KeyId}.`);
  return sha256(PublicKey);
}

async function download(sealed: Sealed, vault: Vault): Promise<Uint8Array> {
  const { Body } = await new S3Client().send(new GetObjectCommand(inVault(vault, sealed)));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** The export as it lies in the vault, once it has proved to be what was sealed, by the key expected. */
async function fetchVerified(vault: Vault, incident: string, sealed: Sealed, pinned: string): Promise<Files> {
  const bytes = await download(sealed, vault);
  const verdict = await verifyStamped(() => unpack(bytes), { pinned, copies: null, authority: null });
  if (verdict.firstFault)
    throw new Failure(`${sealed.uri} does not match its seal and was not unpacked. ${verdict.firstFault.what}`);
  if (verdict.incident === incident && verdict.head === sealed.head) return unpack(bytes);
  throw new Failure(`${sealed.uri} is a different export: ${verdict.incident} up to entry ${verdict.entries}.`);
}

/** Unpacks into a folder that is not there yet. Names were checked when they were read. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  if (await stat(folder).catch(() => null)) throw new Failure(`${folder} already exists: name another folder.`);
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes, { flag: 'wx' });
  }
}

/** The newest record of an incident, verified, in a folder of its own below `to`. */
export async function fetchRecord(
  deployment: Deployment,
  incident: string,
  { to, key }: { readonly to: string; readonly key: string },
) {
  const sealed = await newestOf(deployment, incident);
  const path = join(to, incident);
  await writeFiles(path, await fetchVerified(vaultOf(deployment), incident, sealed, key));
  return { sealed, path };
}

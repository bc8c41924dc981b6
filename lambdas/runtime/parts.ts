import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Broken } from '../../lib/domain/errors.ts';
import { Part } from '../../lib/domain/parts.ts';
import { environment } from './environment.ts';
import type { Work } from './pipeline.ts';
import { SigningClient, type Upload } from './upload.ts';
import { inVault, keyOf, lockedUntil, lockModeOf } from './vault.ts';

/** Where parts go, and until when what is made of them is locked. */
export interface Parts {
  readonly upload: Upload;
  readonly id: string;
}

const at = ({ upload, id }: Parts) => ({ ...inVault(), Key: keyOf(upload), UploadId: id });

/** Opens a way into the vault for one object that comes in parts: once it is whole it is locked like everything else there. */
export async function beginParts(work: Work, upload: Upload): Promise<string> {
  const { UploadId } = await work.client(S3Client).send(
    new CreateMultipartUploadCommand({
      ...inVault(),
      Key: keyOf(upload),
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: environment('VAULT_KEY'),
      ObjectLockMode: lockModeOf(),
      ObjectLockRetainUntilDate: new Date(lockedUntil(work.now())),
    }),
  );
  if (!UploadId) throw new Broken('S3 answered without the id of the upload.');
  return UploadId;
}

/** Addresses that differ in the number of the part and in the signature alone: `@N` and `@S` stand for them. */
export interface PartAddresses {
  readonly template: string;
  /** Of parts 1, 2 and so on. */
  readonly signatures: readonly string[];
}

function takenApart(url: string, number: number): { readonly template: string; readonly signature: string } {
  const signature = new URL(url).searchParams.get('X-Amz-Signature') ?? '';
  const template = url.replace(`partNumber=${number}&`, 'partNumber=@N&').replace(`=${signature}`, '=@S');
  return { template, signature };
}

/**
 * By these, whoever has them puts `count` parts of this one upload, for so many seconds, and no longer than until it is completed or aborted.
 * Each part has to come with its Content-MD5 (S3 API reference, UploadPart), by which S3 refuses what changed on its way.
 */
export async function partAddresses(
  work: Work,
  parts: Parts,
  count: number,
  expiresIn: number,
): Promise<PartAddresses> {
  const client = work.client(SigningClient);
  const signingDate = new Date(work.now());
  const { ExpectedBucketOwner: _, ...where } = at(parts);
  const numbers = Array.from({ length: count }, (_one, index) => index + 1);
  const signed = await Promise.all(
    numbers.map(async (PartNumber) =>
      takenApart(
        await getSignedUrl(client, new UploadPartCommand({ ...where, PartNumber }), { expiresIn, signingDate }),
        PartNumber,
      ),
    ),
  );
  const [{ template } = { template: '' }] = signed;
  if (signed.some((one) => one.template !== template)) throw new Broken('The addresses of two parts differ in more.');
  return { template, signatures: signed.map(({ signature }) => signature) };
}

const isOver = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchUpload';

/** The parts that S3 has, from the first to the last before one is missing. At most as many as one page holds (S3 API reference, ListParts: 1,000). */
export async function partsIn(work: Work, parts: Parts): Promise<Part[]> {
  const { Parts: listed = [] } = await work.client(S3Client).send(new ListPartsCommand(at(parts)));
  const found = listed.flatMap(({ PartNumber: number, ETag: etag, Size: size }) => {
    const part = Part.safeParse({ number, etag, size });
    return part.data ?? [];
  });
  return found.filter(({ number }, index) => number === index + 1);
}

/** Makes one object of them and returns its version; S3 answers the same when it is asked again. From now on no further part is taken. */
export async function completeParts(work: Work, parts: Parts, taken: readonly Part[]): Promise<string> {
  const Parts = taken.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
  const completing = new CompleteMultipartUploadCommand({ ...at(parts), MultipartUpload: { Parts } });
  const { VersionId } = await work.client(S3Client).send(completing);
  if (!VersionId) throw new Broken('S3 answered without a version: the Object Lock of the vault is off.');
  return VersionId;
}

/** Lets go of an upload, whatever of it has come; one that is over already is as it should be. */
export async function abortParts(work: Work, parts: Parts): Promise<void> {
  await work
    .client(S3Client)
    .send(new AbortMultipartUploadCommand(at(parts)))
    .catch((error: unknown) => {
      if (!isOver(error)) throw error;
    });
}

/** A version that lies in the vault, to be read back. */
export interface Lying {
  readonly upload: Upload;
  readonly version: string;
}

const bodyOf = async (work: Work, { upload, version }: Lying, Range?: string) => {
  const which = { ...inVault(), Key: keyOf(upload), VersionId: version, ...(Range && { Range }) };
  const { Body } = await work.client(S3Client).send(new GetObjectCommand(which));
  return Body;
};

/** `length` bytes of it from `from` on. */
export async function readBack(work: Work, lying: Lying, from: number, length: number): Promise<Buffer> {
  const body = await bodyOf(work, lying, `bytes=${from}-${from + length - 1}`);
  return Buffer.from((await body?.transformToByteArray()) ?? []);
}

/** SHA-256 in hex of all of it, as it streams by. */
export async function hashedBack(work: Work, lying: Lying): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of (await bodyOf(work, lying))?.transformToWebStream() ?? []) hash.update(chunk);
  return hash.digest('hex');
}

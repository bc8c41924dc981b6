import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Custody } from '../../../lib/domain/custody.ts';
import { Transient } from '../../../lib/domain/errors.ts';
import type { Kind } from '../../../lib/domain/logs.ts';
import { isDenied, oneOfThree, sentence } from '../../runtime/errors.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import { memberRole, type Session } from '../../runtime/session.ts';
import { sealStream } from '../../runtime/vault.ts';
import type { Target } from '../../targets/target.ts';
import { grantCommand, keyShutting } from './keys.ts';
import { count, dayFolder, daysOf, fileName, isWithin, type Layout, type LogFile, reading, type Span } from './plan.ts';

export type Context = StepContext<Target>;

/** What all kinds of logs may take together. */
export interface Room {
  files: number;
  bytes: number;
  /** As `performance.now()` counts. */
  readonly until: number;
}

/** Files, bytes and milliseconds of one call: the ledger has a record of each file, and a state takes no longer. */
export const roomNow = (): Room => ({
  files: 80,
  bytes: 256 * 1024 * 1024,
  until: performance.now() + 200_000,
});
export const isLate = ({ until }: Room): boolean => performance.now() > until;

/** Files that are copied at once. Each is read twice, and none is held. */
const atOnce = 4;
/** Listed keys after which a folder of a day is listed no further. */
const mostListed = 5000;

/** Where the folders of days are: `base` ends with the Region. */
export interface Folder {
  readonly bucket: string;
  readonly base: string;
  readonly layout: Layout;
}

/** S3 answers at the wrong Region's address with that of the right one (S3 API reference, "301 Moved Permanently"). */
function regionIn(error: unknown): string | null {
  const { $response } = error as { $response?: { headers?: Readonly<Record<string, string>> } };
  return $response?.headers?.['x-amz-bucket-region'] ?? null;
}

/** Calls S3 in the Region of the bucket, which only S3 knows. */
export async function atHome<T>(session: Session, call: (s3: S3Client) => Promise<T>): Promise<T> {
  try {
    return await call(session.client(S3Client));
  } catch (error) {
    const region = regionIn(error);
    if (region === null) throw error;
    return call(session.client(S3Client, region));
  }
}

async function listed(s3: S3Client, { bucket, base, layout }: Folder, day: string): Promise<LogFile[]> {
  const files: LogFile[] = [];
  const asked = { Bucket: bucket, Prefix: `${base}${dayFolder(day, layout)}` };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, asked)) {
    for (const { Key: key = '', Size: size = 0 } of Contents) files.push({ bucket, key, size });
    if (files.length >= mostListed) break;
  }
  return files;
}

/** The files of a folder that may hold something of the span, the newest first. */
export async function filesIn(session: Session, folder: Folder, whole: Span): Promise<LogFile[]> {
  const files: LogFile[] = [];
  const span = reading(whole);
  for (const day of daysOf(span)) files.push(...(await atHome(session, (s3) => listed(s3, folder, day))));
  return files
    .filter(({ key, size }) => size > 0 && isWithin(key, span))
    .toSorted((a, b) => fileName(b.key).localeCompare(fileName(a.key)));
}

/** Size and SHA-256 of an object, read and let go; `tag` names the bytes that were read. */
async function measured(s3: S3Client, { bucket, key }: LogFile) {
  const { Body, ETag: tag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of Body as Readable) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex'), tag };
}

/** Copies one file as it is: read once for its hash, and once more into the vault, which refuses other bytes than those. */
async function sealFile(context: Context, kind: Kind, file: LogFile): Promise<Custody> {
  const { bucket, key } = file;
  const { account, region, partition } = context.target;
  return atHome(context.session, async (s3) => {
    const { size, sha256, tag } = await measured(s3, file);
    const again = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: tag }));
    const what = { incident: context.run.incident, kind: `${kind}-logs`, name: `logs/${kind}/${fileName(key)}` };
    const source = `arn:${partition}:s3:::${bucket}/${key}`;
    return sealStream(context, { ...what, source, account, region, size, sha256, body: again.Body as Readable });
  });
}

/** What of some files lies in the vault now, and which were left. */
export interface Copied {
  readonly sealed: readonly Custody[];
  readonly left: readonly LogFile[];
  /** Why files could not be read, each reason once, with the number of files. */
  readonly failed: readonly string[];
  /** Commands that allow it. */
  readonly grants: readonly string[];
  readonly denied: 'all' | 'not all';
}

export const nothingCopied: Copied = { sealed: [], left: [], failed: [], grants: [], denied: 'not all' };

/** Why a file could not be read. Its key is named, and whom that has to let in. */
interface Why {
  readonly words: string;
  readonly grants: readonly string[];
  readonly denied: boolean;
}

async function whyNot({ session, target }: Context, file: LogFile, error: unknown): Promise<Why> {
  const denied = isDenied(error);
  const shut = await atHome(session, (s3) => keyShutting(s3, file, error)).catch(() => null);
  if (shut === null) return { words: sentence(error), grants: [], denied };
  const role = memberRole('read-evidence', target.account);
  const words = `encrypted with ${shut}, with which ${role} may not decrypt: a grant of Decrypt lets it`;
  return { words, grants: [grantCommand(shut, role)], denied: true };
}

/** What failed, as sentences. */
function reasons(failures: readonly (readonly [LogFile, Why])[], sealed: number) {
  const byWords = Map.groupBy(failures, ([, { words }]) => words);
  const failed = [...byWords].map(([words, files]) => {
    const [[first] = []] = files;
    return `${count(files.length, 'file')}, such as ${first?.key}: ${words}`;
  });
  const grants = [...new Set(failures.flatMap(([, why]) => why.grants))];
  const shut = sealed === 0 && failures.length > 0 && failures.every(([, { denied }]) => denied);
  return { failed, grants, denied: shut ? 'all' : 'not all' } as const;
}

/** Seals as many as there is room for. What fails costs only itself. */
export async function copy(context: Context, kind: Kind, files: readonly LogFile[], room: Room): Promise<Copied> {
  const [sealed, left, failures]: [Custody[], LogFile[], [LogFile, Why][]] = [[], [], []];
  const waiting = [...files];
  async function worker(): Promise<void> {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const one = file;
      if (room.files < 1 || room.bytes < one.size || isLate(room)) {
        left.push(one);
        continue;
      }
      room.files -= 1;
      room.bytes -= one.size;
      try {
        sealed.push(await twice(() => sealFile(context, kind, one)));
      } catch (error) {
        failures.push([one, await whyNot(context, one, error)]);
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { sealed: sealed.toSorted((a, b) => a.uri.localeCompare(b.uri)), left, ...reasons(failures, sealed.length) };
}

/** Once more where it may pass. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(oneOfThree(error) instanceof Transient)) throw error;
    return work();
  }
}

import { GetBucketLoggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { atHome, type Context, type Folder, type Room } from './files.ts';
import { takeFolder } from './folders.ts';
import type { Span } from './plan.ts';
import { noRows, type Rows, rowOf, type Taken, untaken } from './taken.ts';

/** Buckets whose access logs are looked for. */
const most = 3;

/** The buckets that an incident is about: its target, and those that the finding names. */
function bucketsOf({ target, finding }: Context): string[] {
  const named = [target, ...(finding?.targets ?? [])].flatMap(({ kind, id }) =>
    kind === 'bucket' || kind === 'object' ? [id.split('/')[0] ?? id] : [],
  );
  return [...new Set(named)].slice(0, most);
}

/** Where S3 writes a bucket's access log; null where it writes none (S3 user guide, "Log object key format"). */
async function folderOf({ session, target }: Context, Bucket: string): Promise<Folder | null> {
  const command = new GetBucketLoggingCommand({ Bucket, ExpectedBucketOwner: target.account });
  const { LoggingEnabled: to } = await atHome(session, (s3: S3Client) => s3.send(command));
  if (!to?.TargetBucket) return null;
  const [bucket, prefix] = [to.TargetBucket, to.TargetPrefix ?? ''];
  if (!to.TargetObjectKeyFormat?.PartitionedPrefix) return { bucket, base: prefix, layout: 'dated' };
  return { bucket, base: `${prefix}${target.account}/${target.region}/${Bucket}/`, layout: 'partitioned' };
}

async function take(context: Context, bucket: string, span: Span, room: Room): Promise<Taken> {
  const what = `access log of bucket ${bucket}, which S3 writes within hours and not for every request`;
  try {
    const folder = await folderOf(context, bucket);
    if (folder === null) return untaken(`no access log of bucket ${bucket}`, 'not there');
    return await takeFolder(context, what, folder, { kind: 'storage', span, room });
  } catch (error) {
    return untaken(`access log of bucket ${bucket}: ${sentence(error)}`, isDenied(error) ? 'denied' : 'not read');
  }
}

/** Who asked for what in the buckets that it is about. */
export async function accessLogs(context: Context, span: Span, room: Room): Promise<Rows> {
  const taken: Taken[] = [];
  for (const bucket of bucketsOf(context)) taken.push(await take(context, bucket, span, room));
  return taken.length > 0 ? rowOf('storage', taken, span) : noRows;
}

import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Custody } from '../../../lib/domain/custody.ts';
import { sentence } from '../../runtime/errors.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import { bucketArn } from '../bucket-facts.ts';
import { bucketOf, inBucket, type Stored } from '../stored.ts';
import { type Count, closing, counted, type Entry, nothing, type Open, restoreSentences } from './plan.ts';
import { listVersions, type VersionsListed } from './step.ts';

/** Bytes of one part of the list: it is all that is held at a time. */
const partSize = 4 * 1024 * 1024;
/** Parts, so that what the step answers stays small, and milliseconds, so that it answers. What was not listed by then is said. */
const [mostParts, longest] = [40, 240_000];

const entryOf = (
  kind: Entry['kind'],
  { Key = '', VersionId = '', IsLatest = false, LastModified, ...rest }: ObjectVersion | DeleteMarkerEntry,
): Entry => ({
  kind,
  key: Key,
  version: VersionId,
  latest: IsLatest,
  at: LastModified?.toISOString() ?? null,
  size: ('Size' in rest && rest.Size) || null,
  etag: ('ETag' in rest && rest.ETag) || null,
});

/** In the order in which S3 has keys, by their bytes: it answers versions and delete markers apart. */
const entriesOf = ({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): Entry[] =>
  [
    ...Versions.map((one) => entryOf('version', one)),
    ...DeleteMarkers.map((one) => entryOf('delete marker', one)),
  ].toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));

/** Page by page. */
async function* pagesOf(s3: S3Client, target: Stored): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | null = {};
  while (next) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ ...inBucket(target), ...next }),
    );
    yield page;
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    next = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : null;
  }
}

interface Listing {
  readonly evidence: Custody[];
  readonly count: Count;
  /** Why not all of it is listed; null where it is. */
  readonly gap: string | null;
}

async function list(context: StepContext<Stored>): Promise<Listing> {
  const { target, run, session } = context;
  const { account, region } = target;
  const [evidence, source]: [Custody[], string] = [[], bucketArn(target, bucketOf(target))];
  let [lines, size, count, open]: [string[], number, Count, Open | null] = [[], 0, nothing, null];
  const sealPart = async (): Promise<void> => {
    const name = `versions-${evidence.length + 1}.ndjson`;
    const what = { incident: run.incident, kind: 'object-versions', name, source, account, region };
    if (run.mode !== 'observe') evidence.push(await seal(context, { ...what, body: Buffer.from(lines.join('')) }));
    [lines, size] = [[], 0];
  };
  const until = performance.now() + longest;
  let gap: string | null = null;
  try {
    for await (const page of pagesOf(session.client(S3Client), target)) {
      for (const entry of entriesOf(page)) {
        ({ count, open } = counted(count, open, entry));
        const line = `${JSON.stringify(entry)}\n`;
        lines.push(line);
        size += line.length;
      }
      if (size >= partSize) await sealPart();
      if (evidence.length >= mostParts || performance.now() > until) {
        gap = 'the bucket holds more than could be listed in the time: S3 Inventory lists all of it';
        break;
      }
    }
  } catch (error) {
    if (count.versions + count.markers === 0) throw error;
    gap = sentence(error);
  }
  if (lines.length > 0) await sealPart();
  return { evidence, count: closing(count, open), gap };
}

async function record(context: StepContext<Stored>): Promise<VersionsListed> {
  const { evidence, count, gap } = await list(context);
  const restore = restoreSentences(count);
  const because = gap ? { because: gap } : {};
  if (context.run.mode === 'observe') return { outcome: 'would-record', evidence, restore, ...because };
  return { outcome: gap ? 'partly-recorded' : 'recorded', evidence, restore, ...because };
}

export const handler = serveStep(listVersions, record);

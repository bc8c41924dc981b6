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
import { ciphersOf, newest } from './ciphers.ts';
import { type Count, closing, counted, type Entry, nothing, type Open, restoreOf, restoreSentences } from './plan.ts';
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

interface Paper {
  /** What was sealed is added to it. */
  readonly evidence: Custody[];
  readonly context: StepContext<Stored>;
  readonly kind: string;
  readonly name: string;
}

interface Listing {
  readonly evidence: Custody[];
  readonly count: Count;
  /** The versions written last. */
  readonly last: readonly Entry[];
  /** Why not all of it is listed; null where it is. */
  readonly gap: string | null;
}

/** Lines that go into the vault part by part, as `<name>-1.ndjson` and so on: what is left is sealed by `end`. */
function paper({ evidence, context, kind, name }: Paper) {
  const { target, run } = context;
  const { account, region } = target;
  let [lines, size, parts]: [string[], number, number] = [[], 0, 0];
  const end = async (): Promise<void> => {
    if (lines.length === 0) return;
    parts += 1;
    const file = `${name}-${parts}.ndjson`;
    const source = bucketArn(target, bucketOf(target));
    const what = { incident: run.incident, kind, name: file, source, account, region };
    const body = Buffer.from(lines.join(''));
    [lines, size] = [[], 0];
    if (run.mode !== 'observe') evidence.push(await seal(context, { ...what, body }));
  };
  const write = (one: object): void => {
    const line = `${JSON.stringify(one)}\n`;
    lines.push(line);
    size += line.length;
  };
  return { write, end, partly: async () => (size >= partSize ? end() : undefined) };
}

async function list(context: StepContext<Stored>): Promise<Listing> {
  const { target, session } = context;
  const evidence: Custody[] = [];
  let [count, open]: [Count, Open | null] = [nothing, null];
  let last: readonly Entry[] = [];
  const versions = paper({ evidence, context, kind: 'object-versions', name: 'versions' });
  const plan = paper({ evidence, context, kind: 'restore-plan', name: 'restore-plan' });
  const planFor = (key: Open | null): void => {
    const line = key && restoreOf(key);
    if (line) plan.write(line);
  };
  const until = performance.now() + longest;
  let gap: string | null = null;
  try {
    for await (const page of pagesOf(session.client(S3Client), target)) {
      for (const entry of entriesOf(page)) {
        if (open?.key !== entry.key) planFor(open);
        ({ count, open } = counted(count, open, entry));
        last = newest(last, entry);
        versions.write(entry);
      }
      await Promise.all([versions.partly(), plan.partly()]);
      if (evidence.length >= mostParts || performance.now() > until) {
        gap = 'the bucket holds more than could be listed in the time: S3 Inventory lists all of it';
        break;
      }
    }
  } catch (error) {
    if (count.versions + count.markers === 0) throw error;
    gap = sentence(error);
  }
  // Of a key that is not listed to its end nobody can say what lies below.
  if (gap === null) planFor(open);
  await versions.end();
  await plan.end();
  return { evidence, count: closing(count, open), last, gap };
}

async function record(context: StepContext<Stored>): Promise<VersionsListed> {
  const { evidence, count, last, gap } = await list(context);
  const ciphers = await ciphersOf(context.session.client(S3Client), context.target, last);
  const restore = [...ciphers, ...restoreSentences(count)];
  const because = gap ? { because: gap } : {};
  if (context.run.mode === 'observe') return { outcome: 'would-record', evidence, restore, ...because };
  return { outcome: gap ? 'partly-recorded' : 'recorded', evidence, restore, ...because };
}

export const handler = serveStep(listVersions, record);

import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { receiptItem } from '../../../lib/items/receipt.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import type { Session } from '../../runtime/session.ts';
import { object, type StoredObject } from '../object/target.ts';
import { keyOf, versionOf } from '../object-arns.ts';
import { quarantineObject } from '../quarantine-object/step.ts';
import { inBucket } from '../stored.ts';
import { headOf } from '../version-head.ts';
import { copiesIn, type Entry, factsOf, shownAfter } from './plan.ts';
import { readVersion } from './step.ts';

/** Of this key alone, which S3 lists before the keys that begin like it; newest first. */
async function entriesOf(target: StoredObject, session: Session): Promise<Entry[]> {
  const key = keyOf(target);
  const { Versions = [], DeleteMarkers = [] } = await session
    .client(S3Client)
    .send(new ListObjectVersionsCommand({ ...inBucket(target), Prefix: key }));
  const entry =
    (kind: Entry['kind']) =>
    ({ VersionId = '', LastModified }: { VersionId?: string | undefined; LastModified?: Date | undefined }): Entry => ({
      kind,
      version: VersionId,
      at: LastModified?.toISOString() ?? 'an unknown time',
    });
  const all = [
    ...Versions.filter(({ Key }) => Key === key).map(entry('version')),
    ...DeleteMarkers.filter(({ Key }) => Key === key).map(entry('delete marker')),
  ];
  return all.toSorted((one, other) => other.at.localeCompare(one.at));
}

async function look({ target, run, table, session }: StepContext<StoredObject>) {
  const [head, entries, receipt] = await Promise.all([
    headOf(target, session),
    entriesOf(target, session),
    receiptItem.find(table, run.incident, run.id, quarantineObject.name, 'run'),
  ]);
  const after = shownAfter(entries, versionOf(target));
  const seen = { etag: head?.etag ?? null, size: head?.size ?? 0, copies: copiesIn(receipt?.result), after };
  return factsOf({ what: object.arn(target), ...seen }, run.mode);
}

export const handler = serveStep(readVersion, look);

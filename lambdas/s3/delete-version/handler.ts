import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isDenied, isGone, sentence } from '../../runtime/errors.ts';
import { serveEradication } from '../../runtime/serve-eradication.ts';
import { changedInVault } from '../../runtime/vault-copies.ts';
import { object } from '../object/target.ts';
import { atVersion } from '../version.ts';
import { headOf } from '../version-head.ts';
import { removalFrom, whyLeft } from './plan.ts';
import { deleteVersion, VersionThere } from './step.ts';

export const handler = serveEradication(deleteVersion, {
  seen: VersionThere,
  would: (target, { etag }) => (etag === null ? [] : [object.arn(target)]),
  look: async ({ target, shown, sessionFor, ...work }): Promise<VersionThere> => {
    const head = await headOf(target, await sessionFor(target));
    return { etag: head?.etag ?? null, kept: head && (await changedInVault(work, shown.copies)) };
  },
  remove: async ({ target, shown, sessionFor }, seen) => {
    const what = object.arn(target);
    const why = whyLeft(seen, shown);
    if (why !== null) return removalFrom(what, why, null);
    const session = await sessionFor(target);
    // Looked at again: the version `null` may be another object by now.
    const now = await headOf(target, session);
    if (now && now.etag !== seen.etag) return removalFrom(what, whyLeft({ etag: now.etag, kept: null }, shown), null);
    try {
      // S3 answers the same whether the version was there or not (S3 API reference, DeleteObject).
      if (now) await session.client(S3Client).send(new DeleteObjectCommand(atVersion(target)));
      return removalFrom(what, null, null);
    } catch (error) {
      if (isGone(error)) return removalFrom(what, null, null);
      // Object Lock, or a policy: a person has to take it out of the way.
      if (isDenied(error)) return removalFrom(what, null, sentence(error));
      throw error;
    }
  },
});

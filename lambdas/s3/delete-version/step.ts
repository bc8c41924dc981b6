import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { StoredObject } from '../object/target.ts';
import { objectArns } from '../object-arns.ts';
import { ShownVersion } from '../version.ts';

/** What a look found before it went; `kept` says why its copies are none to rely on, null where each was read back whole. */
export const VersionThere = z.object({ etag: z.string().nullable(), kept: z.string().nullable() });
export type VersionThere = z.infer<typeof VersionThere>;

export const deleteVersion = defineEradication({
  name: 'delete-version',
  title: 'Delete the malicious version',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'Exactly that version is deleted, once its copy was read back from the vault, whole and unchanged; other versions of its key stay, and the one before it may show again. This is final: a version that is deleted does not come back.',
  target: StoredObject,
  shown: ShownVersion,
  result: Removal,
  within: 600,
  hub: ['read-back'],
  permissions: [allow('s3:GetObjectVersion', objectArns), allow('s3:DeleteObjectVersion', objectArns)],
});

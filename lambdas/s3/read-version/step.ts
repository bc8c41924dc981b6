import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { StoredObject } from '../object/target.ts';
import { objectArns } from '../object-arns.ts';
import { bucketArns } from '../stored.ts';
import { ShownVersion } from '../version.ts';

export const VersionSeen = ShownVersion.extend({
  outcome: z.literal('read'),
  removable: Removable,
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type VersionSeen = z.infer<typeof VersionSeen>;

export const readVersion = defineStep({
  name: 'read-version',
  title: 'Check whether the malicious version is still there',
  phase: 'observe',
  csf: 'RS.AN-03',
  effect:
    'Read only: whether the version is there, whether the vault has a copy of it, and what its key shows without it.',
  target: StoredObject,
  result: VersionSeen,
  outcomes: { read: 'good' },
  within: 30,
  permissions: [allow('s3:GetObjectVersion', objectArns), allow('s3:ListBucketVersions', bucketArns)],
});

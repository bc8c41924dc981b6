import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Key, keyArns } from '../key/target.ts';

/** KMS's state of the key (KMS API reference, KeyMetadata), and from when on it is gone; null where no deletion is scheduled. */
export const KeyUse = z.object({ state: z.string(), deletedFrom: z.iso.datetime().nullable() });
export type KeyUse = z.infer<typeof KeyUse>;

export const keepKey = defineLever({
  name: 'keep-key',
  title: 'Keep the key, and enable it',
  phase: 'preserve',
  csf: 'RS.MI-01',
  effect:
    'A deletion that is scheduled is cancelled, and the key enabled: what it encrypts can be read again. A key that its owner had disabled on purpose is enabled too.',
  undo: 'A release leaves it enabled: what uses it by then would stop. Its owner disables it or schedules its deletion again by hand.',
  stands: { held: 'key enabled', open: 'key still cannot be used' },
  target: Key,
  beforeState: KeyUse,
  look: [allow('kms:DescribeKey', keyArns)],
  apply: { permissions: [allow('kms:CancelKeyDeletion', keyArns), allow('kms:EnableKey', keyArns)], within: 60 },
  release: { permissions: [], within: 60 },
});

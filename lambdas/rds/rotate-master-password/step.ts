import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removal } from '../../../lib/domain/removal.ts';
import { defineEradication } from '../../../lib/domain/step.ts';
import { secretArns } from '../database.ts';
import { Database } from '../kinds.ts';

/** The version of the secret that people were shown; null where RDS manages none. */
export const Shown = z.object({ version: z.string().nullable() });
export type Shown = z.infer<typeof Shown>;

export const rotateMasterPassword = defineEradication({
  name: 'rotate-master-password',
  title: 'Change the password of the master user',
  phase: 'eradicate',
  csf: 'RS.MI-02',
  effect:
    'RDS sets a new password and puts it into the secret that it manages, within about a minute. Thieves and applications that keep a copy of the old one cannot log in as the master user any more; applications that read the secret at each login go on. Sessions that are open stay open, and other users of the database keep their passwords. The old password stays readable in the secret (AWSPREVIOUS), but the database never takes it again.',
  target: Database,
  shown: Shown,
  result: Removal,
  within: 120,
  permissions: [allow('secretsmanager:DescribeSecret', secretArns), allow('secretsmanager:RotateSecret', secretArns)],
});

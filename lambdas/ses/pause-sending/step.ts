import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineLever } from '../../../lib/domain/step.ts';
import { Sender } from '../sender.ts';

/** Whether the account sends mail, in one Region. */
export const Sending = z.object({ sending: z.enum(['on', 'off']) });
export type Sending = z.infer<typeof Sending>;

export const pauseSending = defineLever({
  name: 'pause-sending',
  title: 'Pause sending of mail',
  phase: 'contain',
  csf: 'RS.MI-01',
  effect:
    'The account sends no mail by SES in the Region of the finding: innocent applications get an error, and what they do not keep is lost. Other Regions go on.',
  undo: 'The account sends again at once. What was refused meanwhile is not sent by itself.',
  stands: { held: 'sending of mail paused', open: 'account still sends mail' },
  target: Sender,
  beforeState: Sending,
  look: [allow('ses:GetAccount')],
  apply: { permissions: [allow('ses:PutAccountSendingAttributes')], within: 60 },
  release: { permissions: [allow('ses:PutAccountSendingAttributes')], within: 60 },
});

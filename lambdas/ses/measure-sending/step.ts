import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Sender } from '../sender.ts';

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const SendingMeasured = z.object({
  outcome: z.literal('measured'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
});
export type SendingMeasured = z.infer<typeof SendingMeasured>;

export const measureSending = defineStep({
  name: 'measure-sending',
  title: 'Measure how much mail the account sends',
  phase: 'observe',
  csf: 'RS.AN-08',
  effect: 'Read only: whether and how much the account has sent by SES in the last day, in the Region of the finding.',
  target: Sender,
  result: SendingMeasured,
  outcomes: { measured: 'good' },
  within: 30,
  permissions: [allow('ses:GetAccount')],
});

import type { View } from '@slack/types';
import { plain } from './which-report.ts';

/** Asks for the reason of a decline; `value` says which question, as the button carried it. */
export const declineModal = (value: string): View => ({
  type: 'modal',
  callback_id: 'decline',
  private_metadata: value,
  title: plain('Decline'),
  submit: plain('Decline'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why not? The reason goes on the record.'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true, min_length: 3, max_length: 1000 },
    },
  ],
});

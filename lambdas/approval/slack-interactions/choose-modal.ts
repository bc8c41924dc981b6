import type { View } from '@slack/types';
import type { Approval } from '../../../lib/domain/approval.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Values } from './payload.ts';
import { plain } from './which-report.ts';

/** Characters of an option, and how many a group has (docs.slack.dev, Block Kit reference, "Checkboxes" and "Option object"). */
const limits = { text: 75, options: 10 };

/** Title, button and what it says, by what is chosen from. */
const words = {
  levers: [
    'Choose levers',
    'Approve these',
    'Only what is ticked is done. What you leave out stays open, and the incident says so.',
  ],
  playbook: [
    'Start a playbook',
    'Start',
    'What is ticked runs in this incident, about the same target, with its own questions.',
  ],
} as const;

/** Asks which of its levers a yes is about; `value` says which question, as the button carried it. */
export function chooseModal(value: string, { offers, picks }: Pick<Approval, 'offers' | 'picks'>): View {
  if (!offers || offers.length > limits.options)
    throw new Refused('Nothing can be chosen here: a yes to this question is about all of it.');
  const options = offers.map(({ name, title, of }) => ({
    text: plain(title.slice(0, limits.text)),
    ...(of && { description: plain('goes further: only if you tick it') }),
    value: name,
  }));
  const usual = options.filter((_, at) => !offers[at]?.of);
  const [title, submit, label] = words[picks ?? 'levers'];
  return {
    type: 'modal',
    callback_id: 'choose',
    private_metadata: value,
    title: plain(title),
    submit: plain(submit),
    close: plain('Back'),
    blocks: [
      {
        type: 'input',
        block_id: 'levers',
        label: plain(label),
        // Nobody starts all of them by not looking.
        element: { type: 'checkboxes', action_id: 'levers', options, ...(!picks && { initial_options: usual }) },
      },
    ],
  };
}

/** What was ticked. */
export const chosenIn = ({ levers }: Values): string[] =>
  (levers?.levers?.selected_options ?? []).map(({ value }) => value);

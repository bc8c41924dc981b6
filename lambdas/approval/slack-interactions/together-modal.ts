import type { View } from '@slack/types';
import type { Approval } from '../../../lib/domain/approval.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { Bound, type Values } from './payload.ts';
import { plain } from './which-report.ts';

/** Characters of an option, and how many a group has (docs.slack.dev, Block Kit reference, "Checkboxes" and "Option object"). */
const limits = { text: 75, options: 10 };

type Pending = Pick<Approval, 'id' | 'question' | 'state' | 'planHash' | 'about' | 'askedAt' | 'run'>;

/** The questions that still wait and ask the same of another target, this one first. */
const siblingsOf = (asked: Pending, all: readonly Pending[]): readonly Pending[] => [
  asked,
  ...all
    .filter(({ id, state, question }) => id !== asked.id && state === 'PENDING' && question === asked.question)
    .toSorted((a, b) => a.askedAt.localeCompare(b.askedAt)),
];

const nameOf = ({ about, run }: Pending): string => about ?? run;

/**
 * Asks for which targets a yes counts: all that are still asked the same, ticked. Each choice carries the id of its own question and the hash of
 * its own plan, so that each is decided by itself. What does not fit is left to its own question.
 */
export function togetherModal(value: string, asked: Pending, all: readonly Pending[]): View {
  const siblings = siblingsOf(asked, all);
  if (siblings.length < 2) throw new Refused('Nothing else is asked the same in this incident now. Answer this one.');
  const options = siblings.slice(0, limits.options).map((one) => ({
    text: plain(nameOf(one).slice(-limits.text)),
    value: `${one.id} ${one.planHash}`,
  }));
  const rest = siblings.length - options.length;
  const more = rest > 0 ? ` ${rest} more have to be answered by themselves.` : '';
  return {
    type: 'modal',
    callback_id: 'together',
    private_metadata: value,
    title: plain('Approve for several'),
    submit: plain('Approve these'),
    close: plain('Back'),
    blocks: [
      {
        type: 'input',
        block_id: 'together',
        label: plain(
          `"${asked.question}" is approved for what is ticked. The others wait for their own answer.${more}`,
        ),
        element: { type: 'checkboxes', action_id: 'together', options, initial_options: options },
      },
    ],
  };
}

/** The questions that were ticked, each with the plan that it was asked with. */
export const togetherIn = ({ together }: Values): Bound[] =>
  (together?.together?.selected_options ?? []).map(({ value }) => {
    const [approval, plan] = value.split(' ');
    return Bound.parse({ approval, plan });
  });

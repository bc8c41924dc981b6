import type { View } from '@slack/types';
import type { Approval } from '../../../lib/domain/approval.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { Bound, type Values } from './payload.ts';
import { plain } from './which-report.ts';

/** Characters of an option, and how many a group has (docs.slack.dev, Block Kit reference, "Checkboxes" and "Option object"). */
const limits = { text: 75, options: 10 };

type Pending = Pick<Approval, 'id' | 'question' | 'state' | 'planHash' | 'about' | 'askedAt' | 'run' | 'sequence'>;

/** Groups of choices that one form has: an incident has no more further targets, each with a question or two at a time. */
const mostGroups = 4;

/** Of one attack sequence, whatever each of them asks. */
const inSequence = (asked: Pending, { sequence }: Pending): boolean => Boolean(sequence) && sequence === asked.sequence;

/** The questions that still wait and ask the same of another target, or anything of one in the same attack sequence; this one first. */
const siblingsOf = (asked: Pending, all: readonly Pending[]): readonly Pending[] => [
  asked,
  ...all
    .filter((one) => one.id !== asked.id && one.state === 'PENDING')
    .filter((one) => one.question === asked.question || inSequence(asked, one))
    .toSorted((a, b) => a.askedAt.localeCompare(b.askedAt)),
];

const nameOf = ({ about, run }: Pending): string => (about ?? run).slice(-limits.text);
/** In a sequence each asks something else. */
const nameIn = (one: Pending): string =>
  one.sequence ? `${one.question}: ${one.about ?? one.run}`.slice(0, limits.text) : nameOf(one);

/**
 * Asks for which targets a yes counts: all that are still asked the same, ticked. Each choice carries the id of its own question and the hash of
 * its own plan, so that each is decided by itself. What does not fit is left to its own question.
 */
export function togetherModal(value: string, asked: Pending, all: readonly Pending[]): View {
  const siblings = siblingsOf(asked, all);
  if (siblings.length < 2) throw new Refused('Nothing else is asked the same in this incident now. Answer this one.');
  const most = asked.sequence ? mostGroups : 1;
  const groups = Array.from({ length: most }, (_, at) =>
    siblings.slice(at * limits.options, (at + 1) * limits.options),
  );
  const shown = groups.filter((group) => group.length > 0);
  const rest = siblings.length - shown.flat().length;
  const what = asked.sequence ? 'What is asked is' : `"${asked.question}" is`;
  const more = rest > 0 ? ` ${rest} more have to be answered by themselves.` : '';
  return {
    type: 'modal',
    callback_id: 'together',
    private_metadata: value,
    title: plain('Approve for several'),
    submit: plain('Approve these'),
    close: plain('Back'),
    blocks: shown.map((group, at) => {
      const options = group.map((one) => ({ text: plain(nameIn(one)), value: `${one.id} ${one.planHash}` }));
      const id = at === 0 ? 'together' : `together-${at}`;
      return {
        type: 'input',
        block_id: id,
        // Of one group something has to be ticked; of several none needs to.
        optional: shown.length > 1,
        label: plain(
          at === 0 ? `${what} approved for what is ticked. The others wait for their own answer.${more}` : 'And',
        ),
        element: { type: 'checkboxes', action_id: id, options, initial_options: options },
      };
    }),
  };
}

/** The questions that were ticked, each with the plan that it was asked with. */
export const togetherIn = (values: Values): Bound[] =>
  Object.values(values)
    .flatMap((block) => Object.values(block).flatMap(({ selected_options: ticked }) => ticked ?? []))
    .map(({ value }) => {
      const [approval, plan] = value.split(' ');
      return Bound.parse({ approval, plan });
    });

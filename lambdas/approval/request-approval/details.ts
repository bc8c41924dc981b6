import type { KnownBlock } from '@slack/types';
import type { Plan } from '../../../lib/domain/incident.ts';
import { commanding, context, escaped, list, type Message, section } from '../../runtime/blocks.ts';
import { besides, mending, type QuestionContent } from './question.ts';

/** Other resources of the finding that are named at most; the finding has all. */
const mostBeside = 25;

const approvingTitle = ({ already }: Plan): string =>
  already ? 'Approving adds this, in this order' : 'Approving does this, in this order';

/** What is held already is taken no second time; it is looked at again. */
const leverLine =
  ({ already }: Plan) =>
  ({ name, title, effect }: Plan['question']['levers'][number]): string =>
    already?.levers.includes(name) ? `${title}: already applied, and checked again` : `*${title}.* ${effect}`;

function meanwhile({ question: { name, kind } }: Plan): KnownBlock[] {
  if (name === 'release') return [];
  if (kind === 'eradicate') return [section('Already contained, so there is no hurry. *Deleting is permanent.*')];
  return [section('Evidence is collected while you decide.')];
}

/** Everything that the question has no room for, told in its thread: the order, how to undo it, and all that was measured. */
export function details({
  approval,
  plan,
  finding,
  blast,
  goes,
  comparison,
  unprepared,
  evidence,
  target,
}: QuestionContent): Message {
  const { question, already, authority } = plan;
  const changed = comparison.changedMeanwhile.map((line) => `⚠️ ${escaped(line)}`);
  return {
    text: `Details of the question about ${target.id} (${approval.incident})`,
    blocks: [
      ...(finding
        ? [section([escaped(finding.title || finding.type), ...besides(finding, mostBeside)].join('\n'))]
        : []),
      ...list('Already in this incident', (already?.stands ?? []).map(escaped)),
      ...list(approvingTitle(plan), question.levers.map(leverLine(plan)), 'numbered'),
      ...list(
        `Goes further, and can be ticked under Choose…`,
        (plan.further ?? []).map(({ title, effect }) => `*${title}.* ${effect}`),
      ),
      ...list(mending(finding ?? null), finding?.mend ? [commanding(finding.mend)] : []),
      ...list(
        'Cannot work here',
        (plan.cannot?.levers ?? []).map((name) => `${name}: ${escaped(plan.cannot?.because ?? '')}`),
      ),
      ...list('Could not be prepared; a yes tries again', unprepared.map(escaped)),
      ...list('Evidence that is missing, or no longer matches its record', evidence.map(escaped)),
      ...list('Do by hand (Tourniquet cannot do this yet)', question.byHand.map(escaped), 'numbered'),
      ...list('Approving permanently deletes', goes.map(escaped)),
      ...list(question.kind === 'eradicate' ? 'What was found' : 'Blast radius', [
        ...blast.facts.map(escaped),
        ...blast.unknown.map((gap) => `not known: ${escaped(gap)}`),
      ]),
      ...list('Will be restored', comparison.toPutBack.map(escaped)),
      ...list('Changed by someone else since; approving overwrites it', changed),
      ...list('How to undo', [...new Set(question.levers.map(({ undo }) => undo))]),
      ...meanwhile(plan),
      context(
        `${approval.incident} · plan ${approval.planHash.slice(0, 12)} · ${escaped(authority.because)} · \`${approval.id}\``,
      ),
    ],
  };
}

import type { KnownBlock } from '@slack/types';
import type { Approval } from '../../../lib/domain/approval.ts';
import { isMended } from '../../../lib/domain/finding/blinding.ts';
import { type Finding, isSequence, subjectsOf } from '../../../lib/domain/finding/finding.ts';
import type { Plan, Run } from '../../../lib/domain/incident.ts';
import {
  button,
  buttons,
  commanding,
  context,
  escaped,
  header,
  type Message,
  moment,
  section,
} from '../../runtime/blocks.ts';
import type { Target } from '../../targets/target.ts';

export interface QuestionContent {
  readonly approval: Approval;
  readonly plan: Plan;
  readonly target: Target;
  readonly finding: Finding | null;
  /** Facts of the blast radius, and what could not be measured. */
  readonly blast: { readonly facts: readonly string[]; readonly unknown: readonly string[] };
  /** Approving permanently deletes for good, where the facts do not name all of it. */
  readonly goes: readonly string[];
  /** Levers whose preparation failed, with the reason. */
  readonly unprepared: readonly string[];
  /** What is wrong with the evidence so far. */
  readonly evidence: readonly string[];
  /** Release only: what goes back, and what somebody changed meanwhile. */
  readonly comparison: { readonly toPutBack: readonly string[]; readonly changedMeanwhile: readonly string[] };
}

const mark = { critical: '🔴', high: '🔴', medium: '🟠', low: '🟡', informational: '⚪️' } as const;

/** Characters of one text in the question: it is read in ten seconds, and the details have the whole of it. */
const briefly = 90;
const brief = (text: string): string => escaped(text.length <= briefly ? text : `${text.slice(0, briefly)}…`);

/** Characters of a command: two lines of an ordinary window. */
const readable = 2 * 115;
/** Whole, or not at all: somebody just woken copies what stands there. */
const undoing = (command: string): string =>
  command.length <= readable ? commanding(command) : 'with the command in the thread';

/** The first few, in one line; the details name all. */
function few(lines: readonly string[], most: number, words = brief): string {
  const more = lines.length > most ? `; and ${lines.length - most} more` : '';
  return `${lines.slice(0, most).map(words).join('; ')}${more}`;
}

/** Characters of what is to be done by hand. */
const task = (text: string): string => escaped(text.length <= 50 ? text : `${text.slice(0, 50)}…`);

const line = (title: string, text: string): string[] => (text ? [`*${title}* ${text}`] : []);

/** Others of the finding that the question names. */
const mostBeside = 3;

/** The others that the finding is about; those of an attack sequence are one question. */
export function besides(finding: Finding, most: number): string[] {
  const [, ...others] = isSequence(finding) ? finding.targets : subjectsOf(finding);
  const named = others.slice(0, most).map(({ id }) => `\`${brief(id)}\``);
  const more = others.length > most ? ` and ${others.length - most} more` : '';
  const asked = isSequence(finding) ? 'claimed by this incident' : 'each with a question of its own';
  return others.length > 0 ? [`*Also in this finding*, ${asked}: ${named.join(', ')}${more}`] : [];
}

/** What silence does, in the words of the playbook. */
function silence({ approval, plan }: QuestionContent): string {
  const then = plan.question.ifNobodyAnswers === 'hold' ? 'nothing is changed' : 'it goes ahead without approval';
  const { climbs = plan.question.within } = plan.question;
  const second = new Date(Date.parse(approval.askedAt) + climbs * 1000).toISOString();
  return `${moment(second)}: the second channel is asked; ${moment(approval.expiresAt)}: ${then}`;
}

function where({ target }: QuestionContent): string {
  const { Name, ...tags } = target.tags;
  const name = Name ? ` (${brief(Name)})` : '';
  const environment = tags.environment ?? tags.Environment;
  const owner = tags.owner ?? tags.Owner ?? 'unknown';
  const place = `\`${brief(target.id)}\`${name}, ${target.account}, ${target.region}`;
  return `*Where* ${place}${environment ? `, ${brief(environment)}` : ''}, owner ${brief(owner)}`;
}

/** What, why it is believed, and what is odd about who says so. */
function found({ finding, target }: QuestionContent): { readonly what: string[]; readonly why: string[] } {
  if (!finding) return { what: [], why: [] };
  const { title, type, drill, count, lastSeen, remotes, importedBy, account } = finding;
  const times = `${count === 1 ? 'once' : `${count} times`}${lastSeen ? `, last ${lastSeen}` : ''}`;
  const strange = [
    ...(importedBy ? [`*Imported into Security Hub by* ${brief(importedBy)}, which is no service of AWS`] : []),
    ...(account === target.account
      ? []
      : [`*The finding is of account* ${account ?? 'unknown'}, the resource in ${target.account}`]),
  ];
  return {
    what: [`${drill ? '*This is a drill.* ' : ''}*What* ${brief(title || type)} (${brief(type)})`],
    why: [[`*Why* seen ${times}${remotes.length > 0 ? `, with ${few(remotes, 3)}` : ''}`, ...strange].join(' ⚠️ ')],
  };
}

const takingOver = 'I’ll take over';

/** What a yes does, in one word or two. */
function verbOf({ question: { name, levers, kind } }: Plan): string {
  if (name === 'release') return 'Release';
  if (kind === 'eradicate') return 'Delete permanently';
  return levers.length > 0 ? 'Contain' : takingOver;
}

/** Before the command that undoes a call: what Tourniquet switches on by itself people need not, unless that fails. */
export const mending = (finding: Finding | null): string =>
  finding && isMended(finding) ? 'Tourniquet tries this by itself' : 'Undo the call';

/** What happens on a yes, and what that hits. */
function happens({ plan, finding, goes, blast, comparison, unprepared, evidence }: QuestionContent): string[] {
  const { levers, kind, byHand, name } = plan.question;
  const { levers: refused = [], because = '' } = plan.cannot ?? {};
  const possible = levers.filter(({ name: of }) => !refused.includes(of));
  const effects = possible.map(({ name: of, title }) =>
    plan.already?.levers.includes(of) ? `${title} (again)` : title,
  );
  const measured = [...blast.facts, ...blast.unknown.map((gap) => `not known: ${gap}`)];
  return [
    ...line('Approving', kind === 'eradicate' || name === 'release' ? '' : few(effects, 8)),
    ...line('Approving permanently deletes', kind === 'eradicate' ? `${few(goes, 3)}. *Deleting is permanent.*` : ''),
    ...line('Approving restores', few(comparison.toPutBack, 3)),
    ...line('⚠️ Changed by someone else since, and overwritten by approving:', few(comparison.changedMeanwhile, 2)),
    ...line('⚠️ Cannot work here', because ? `${few(refused, 4)}: ${brief(because)}` : ''),
    ...line('⚠️ Not prepared, tried again on a yes', few(unprepared, 2)),
    ...line('⚠️ Evidence', few(evidence, 2)),
    ...line(mending(finding), finding?.mend ? undoing(finding.mend) : ''),
    // Where there is nothing else to do, it is all that the question is about.
    ...line('By hand', few(byHand, levers.length > 0 ? 2 : 6, task)),
    ...line(kind === 'eradicate' ? 'Found' : 'Blast radius', few(measured, 2)),
  ];
}

/** Whether the same finding asks about others too: those can be answered in one form. */
const hasSiblings = ({ finding }: QuestionContent): boolean =>
  finding !== null && (isSequence(finding) || subjectsOf(finding).length > 1);

function choosing({ plan }: QuestionContent, value: string) {
  const { picks, name } = plan.question;
  if (picks)
    return button({ action: 'choose', text: 'Start a playbook…', value, label: 'Pick the playbook that runs' });
  return button({ action: 'choose', text: 'Choose…', value, label: `Choose levers of "${name}"` });
}

function decisionButtons(asked: QuestionContent): KnownBlock {
  const { approval, plan } = asked;
  const value = JSON.stringify({ approval: approval.id, plan: approval.planHash });
  const yes = verbOf(plan);
  return buttons(
    button({ action: 'approve', text: yes, value, label: `${yes}: approve "${plan.question.name}"`, style: 'danger' }),
    button({ action: 'decline', text: 'Decline', value, label: `Decline "${plan.question.name}" with a reason` }),
    ...(approval.offers ? [choosing(asked, value)] : []),
    ...(hasSiblings(asked) && plan.question.kind !== 'eradicate'
      ? [button({ action: 'together', text: 'Also for…', value, label: `Answer "${plan.question.name}" for several` })]
      : []),
    ...(yes === takingOver
      ? []
      : [button({ action: 'take-over', text: takingOver, value, label: `Take over "${plan.question.name}"` })]),
  );
}

/** That an incident has one more threat, which is asked about by itself. */
export function furtherMessage({ type, targets: [first] }: Finding, { incident, playbook }: Run): Message {
  const text = `➕ ${type} on ${first?.id ?? 'the account'} joined ${incident}: ${playbook} asks about it in a question of its own`;
  return { text, blocks: [section(escaped(text))] };
}

const standsBriefly = (text: string): string => escaped(text.slice(0, 2 * briefly));

/**
 * The question, made to be decided in ten seconds by someone just woken: twelve lines, buttons included. What does not fit is in its
 * details. `text` alone is enough to answer from a terminal.
 */
export function question(asked: QuestionContent, urgency: 'first' | 'again' = 'first'): Message {
  const { approval, plan, target, finding } = asked;
  const verb = verbOf(plan);
  const title = verb === takingOver ? `Who takes over ${target.id}?` : `${verb} ${target.id}?`;
  const severity = finding?.severity ?? null;
  const again = urgency === 'again' ? 'STILL UNANSWERED · ' : '';
  const head = `${mark[severity ?? 'medium']} ${again}${severity?.toUpperCase() ?? 'NO SEVERITY GIVEN'} · ${title}`;
  const { what, why } = found(asked);
  const two = approval.needs === 'two' ? ' *Two people must approve.*' : '';
  return {
    text: `${head} ${finding?.type ?? ''} in ${target.account}. Answer here, or: tourniquet approve ${approval.id}`,
    blocks: [
      header(head),
      section(
        [
          ...what,
          where(asked),
          ...why,
          ...(finding ? besides(finding, mostBeside) : []),
          ...line('Already', few(plan.already?.stands ?? [], 3, standsBriefly)),
        ].join('\n'),
      ),
      // By itself: however long the names above are, this is not cut off.
      section([...happens(asked), `*Deadline* ${silence(asked)}.${two}`].join('\n')),
      decisionButtons(asked),
      context(`${approval.incident} · details in the thread · \`${approval.id}\``),
    ],
  };
}

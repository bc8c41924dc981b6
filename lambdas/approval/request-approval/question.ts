import type { KnownBlock } from '@slack/types';
import type { Approval } from '../../../lib/domain/approval.ts';
import { type Finding, isSequence, subjectsOf } from '../../../lib/domain/finding/finding.ts';
import type { Plan, Run } from '../../../lib/domain/incident.ts';
import {
  button,
  buttons,
  context,
  escaped,
  header,
  list,
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
  /** Release only: what goes back, and what somebody changed meanwhile. */
  readonly comparison: { readonly toPutBack: readonly string[]; readonly changedMeanwhile: readonly string[] };
}

const mark = { critical: '🔴', high: '🔴', medium: '🟠', low: '🟡', informational: '⚪️' } as const;

/** Other resources of the finding that a question names. */
const mostBeside = 10;

/** The others that the finding is about; those of an attack sequence are one question. */
function besides(finding: Finding): string[] {
  const [, ...others] = isSequence(finding) ? finding.targets : subjectsOf(finding);
  const named = others.slice(0, mostBeside).map(({ id }) => `\`${escaped(id)}\``);
  const more = others.length > mostBeside ? ` and ${others.length - mostBeside} more` : '';
  const asked = isSequence(finding) ? 'claimed by this incident' : 'each with a question of its own';
  return others.length > 0 ? [`*Also in this finding*, ${asked}: ${named.join(', ')}${more}`] : [];
}

/** What silence does, in the words of the playbook. */
function silence({ approval, plan }: QuestionContent): string {
  const then =
    plan.question.ifNobodyAnswers === 'hold'
      ? 'nothing is changed; evidence is kept'
      : 'it goes ahead without approval';
  const climbs = new Date(Date.parse(approval.askedAt) + plan.question.within * 1000).toISOString();
  return `No answer by ${moment(climbs)}: the second channel is asked. No answer by ${moment(approval.expiresAt)}: ${then}.`;
}

function what({ target, finding }: QuestionContent): string {
  const { Name, ...tags } = target.tags;
  const owner = tags.owner ?? tags.Owner ?? 'unknown';
  const environment = tags.environment ?? tags.Environment ?? 'unknown';
  const lines = [
    `*Where* \`${escaped(target.id)}\`${Name ? ` (${escaped(Name)})` : ''}, account ${target.account}, ${target.region}`,
    `*Environment* ${escaped(environment)}   *Owner* ${escaped(owner)}`,
  ];
  if (!finding) return lines.join('\n');
  const times = `${finding.count === 1 ? 'once' : `${finding.count} times`}${finding.lastSeen ? `, last ${finding.lastSeen}` : ''}`;
  const drill = finding.drill ? '*This is a drill.* ' : '';
  const remotes = finding.remotes.length > 0 ? `, with ${finding.remotes.map(escaped).join(', ')}` : '';
  return [
    `${drill}*What* ${escaped(finding.title || finding.type)} (${escaped(finding.type)})`,
    `*Evidence* seen ${times}${remotes}`,
    ...lines,
    ...besides(finding),
    ...(finding.importedBy
      ? [`⚠️ *Imported into Security Hub by* ${escaped(finding.importedBy)}, which is no service of AWS`]
      : []),
    ...(finding.account !== target.account
      ? [`⚠️ *The finding is of account* ${finding.account ?? 'unknown'}, the resource in ${target.account}`]
      : []),
  ].join('\n');
}

/** What a yes does, in one word or two. */
function verbOf({ question: { name, levers, kind } }: Plan): string {
  if (name === 'release') return 'Release';
  if (kind === 'eradicate') return 'Delete permanently';
  return levers.length > 0 ? 'Contain' : 'I’ll take over';
}

const approvingTitle = ({ already }: Plan): string =>
  already ? 'Approving adds this, in this order' : 'Approving does this, in this order';

/** What is held already is taken no second time; it is looked at again. */
const leverLine =
  ({ already }: Plan) =>
  ({ name, title, effect }: Plan['question']['levers'][number]): string =>
    already?.levers.includes(name) ? `${title}: already applied, and checked again` : `*${title}.* ${effect}`;

/** A list that is never cut short: ten lines of the longest names fit into a section. */
const whole = (title: string, lines: readonly string[]): KnownBlock[] =>
  Array.from({ length: Math.ceil(lines.length / 10) }, (_, at) =>
    list(at === 0 ? title : `${title}, continued`, lines.slice(at * 10, at * 10 + 10).map(escaped)),
  ).flat();

function meanwhile({ question: { name, kind } }: Plan): KnownBlock[] {
  if (name === 'release') return [];
  if (kind === 'eradicate') return [section('Already contained, so there is no hurry. *Deleting is permanent.*')];
  return [section('Evidence is collected while you decide.')];
}

function decisionButtons({ approval, plan }: QuestionContent): KnownBlock {
  const value = JSON.stringify({ approval: approval.id, plan: approval.planHash });
  const yes = verbOf(plan);
  return buttons(
    button({ action: 'approve', text: yes, value, label: `${yes}: approve "${plan.question.name}"`, style: 'danger' }),
    button({ action: 'decline', text: 'Decline', value, label: `Decline "${plan.question.name}" with a reason` }),
  );
}

/** That an incident has one more threat, which is asked about by itself. */
export function furtherMessage({ type, targets: [first] }: Finding, { incident, playbook }: Run): Message {
  const text = `➕ ${type} on ${first?.id ?? 'the account'} joined ${incident}: ${playbook} asks about it in a question of its own`;
  return { text, blocks: [section(escaped(text))] };
}

/** The question, made to be decided in ten seconds by someone just woken. `text` alone is enough to answer from a terminal. */
export function question(asked: QuestionContent, urgency: 'first' | 'again' = 'first'): Message {
  const { approval, plan, target, finding, blast, goes, comparison } = asked;
  const verb = verbOf(plan);
  const title = verb === 'I’ll take over' ? `Who takes over ${target.id}?` : `${verb} ${target.id}?`;
  const severity = finding?.severity ?? null;
  const again = urgency === 'again' ? 'STILL UNANSWERED · ' : '';
  const head = `${mark[severity ?? 'medium']} ${again}${severity?.toUpperCase() ?? 'NO SEVERITY GIVEN'} · ${title}`;
  const changed = comparison.changedMeanwhile.map((line) => `⚠️ ${escaped(line)}`);
  return {
    text: `${head} ${finding?.type ?? ''} in ${target.account}. Answer here, or: tourniquet approve ${approval.id}`,
    blocks: [
      header(head),
      section(what(asked)),
      ...list('Already in this incident', (plan.already?.stands ?? []).map(escaped)),
      ...list(approvingTitle(plan), plan.question.levers.map(leverLine(plan)), 'numbered'),
      ...list('Do by hand (Tourniquet cannot do this yet)', plan.question.byHand.map(escaped), 'numbered'),
      ...whole('Approving permanently deletes', goes),
      ...list(plan.question.kind === 'eradicate' ? 'What was found' : 'Blast radius', [
        ...blast.facts.map(escaped),
        ...blast.unknown.map((gap) => `not known: ${escaped(gap)}`),
      ]),
      ...list('Will be restored', comparison.toPutBack.map(escaped)),
      ...list('Changed by someone else since; approving overwrites it', changed),
      ...list('How to undo', [...new Set(plan.question.levers.map(({ undo }) => undo))]),
      ...meanwhile(plan),
      section(`${silence(asked)}${approval.needs === 'two' ? ' *Two people must approve.*' : ''}`),
      decisionButtons(asked),
      context(
        `${approval.incident} · plan ${approval.planHash.slice(0, 12)} · ${escaped(plan.authority.because)} · \`${approval.id}\``,
      ),
    ],
  };
}

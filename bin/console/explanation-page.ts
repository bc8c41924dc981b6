import type { Playbook } from '../../lib/asl/notation.ts';
import { standingOf } from '../../lib/domain/finding/guardduty-types.ts';
import type { Doing } from './doings.ts';
import { conditionOf } from './explained-type.ts';
import { type Explanation, isBlocked, withoutAccount } from './explanation.ts';
import type { Given } from './given-incident.ts';
import { oneLine } from './one-line.ts';
import { coloured, columns, dim, harmless, heading, paint, visible, when } from './paint.ts';
import { targetWords, wordsFor } from './target-words.ts';

/** More than this many are a table: nobody reads twenty pages in a terminal. */
export const mostPages = 20;
/** Resources or signals of one finding; attack sequences have hundreds. */
const mostListed = 10;

const withArticle = (noun: string): string => `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
const severityWords = (severity: string | null): string => (severity ? coloured(severity) : 'no severity');

function marks({ finding }: Explanation): string[] {
  const { type, key, source, sample, archived, suppressed, drill, requested } = finding;
  const guardDuty = key === null ? source === 'guardduty' : key.startsWith('guardduty:');
  const standing = guardDuty ? standingOf(type) : 'active';
  return [
    ...(sample ? ['SAMPLE'] : []),
    ...(drill ? ['DRILL'] : []),
    ...(requested ? ['ASKED FOR BY A PERSON'] : []),
    ...(archived ? ['ARCHIVED'] : []),
    ...(suppressed ? ['SUPPRESSED'] : []),
    ...(standing === 'retired' ? ['RETIRED TYPE'] : []),
    ...(standing === 'unknown' ? ['UNKNOWN TYPE'] : []),
  ].map((mark) => paint('yellow', mark));
}

function head(explanation: Explanation): string {
  const { about } = explanation;
  const { type, id, title, source, severity } = explanation.finding;
  const named = heading(oneLine(type, 120));
  if (id === null)
    return [
      [named, ...marks(explanation)].join('  '),
      dim(about ? `finding type, usually about ${withArticle(wordsFor(about))}` : 'finding type'),
    ].join('\n');
  return [
    [named, severityWords(severity), ...marks(explanation)].join('  '),
    ...(title ? [oneLine(title, 300)] : []),
    dim(oneLine(`${source} ${id}`, 200)),
  ].join('\n');
}

const more = (all: readonly unknown[]): string[] =>
  all.length > mostListed ? [dim(`and ${all.length - mostListed} more; --json lists them all`)] : [];

function where({ finding, targets }: Explanation): string[] {
  const { account, region } = finding;
  const named = targets.filter(({ kind }) => kind !== 'account');
  return [
    `account ${account ?? 'unknown'}, ${region ?? 'no Region'}`,
    ...named.slice(0, mostListed).map((target) => oneLine(targetWords(target, finding), 200)),
    ...more(named),
    ...(named.length === 0 ? [dim('no resource')] : []),
  ];
}

/** Said where an incident opens and no question of its playbook takes what the finding names, so that nobody is asked who takes over. */
const nobodyAsked =
  'Nobody is asked: no question of this playbook is about what the finding names. The incident opens, and people have to take it over by hand.';

function why({ finding, because, outcome, didYouMean, steps }: Explanation): string[] {
  const { missing, id } = finding;
  const blocked = id !== null && isBlocked({ outcome }, finding);
  const unasked = id !== null && outcome === 'respond' && steps.every(({ authority }) => authority === 'auto');
  return [
    `${oneLine(because, 400)}.`,
    ...(didYouMean ? [`Did you mean ${didYouMean}?`] : []),
    ...(missing.length > 0 ? [dim(oneLine(`Missing from the finding: ${missing.join('; ')}.`, 400))] : []),
    ...(blocked ? [paint('yellow', withoutAccount)] : []),
    ...(unasked && !blocked ? [paint('yellow', nobodyAsked)] : []),
  ];
}

const authorities = { auto: 'automatically', ask: 'a responder is asked', 'ask-two': 'two people are asked' };

const stepRow = ({ title, authority, unless, when }: Doing, at: number): string[] => [
  `${at + 1}.`,
  `${title}${when ? `, if it is ${when.map((kind) => withArticle(wordsFor(kind))).join(' or ')}` : ''}`,
  dim(`${authorities[authority]}${unless ? `, unless a ${unless} matches` : ''}`),
];

/** Each step on a line, and under it what is to be done by hand, which would make a column too wide. */
async function doing(steps: readonly Doing[]): Promise<string[]> {
  if (steps.length === 0) return ['Nothing.'];
  const lines = (await columns(steps.map(stepRow))).split('\n');
  return steps.flatMap(({ byHand = [] }, at) => [lines[at] ?? '', ...byHand.map((line) => `      - ${line}`)]);
}

function costLine({ cost, playbook }: Explanation): string[] {
  if (!cost) return [];
  const { transitions, invocations, calls, dollars } = cost;
  const used = `${transitions} transitions, ${invocations} invocations, ${calls} AWS calls`;
  return [
    dim(`A run costs about ${dollars.toFixed(4)} dollars (${used}). What it may do: playbooks/${playbook}/README.md`),
  ];
}

const section = (title: string, lines: readonly string[]): string =>
  [heading(title), ...lines.map((line) => `  ${line}`)].join('\n');

const ways = {
  opens: 'It opens an incident of its own',
  joins: 'It joins, and nobody is asked again',
  asks: 'It joins, and a further run of the incident asks about it',
};

/** What else it names, and what answers for that. */
const besideLines = ({ beside = [], finding }: Explanation): string[] => [
  ...beside
    .slice(0, mostListed)
    .map(({ target, playbook }) =>
      oneLine(`${targetWords(target, finding)}: ${playbook}, with questions of its own`, 200),
    ),
  ...more(beside),
];

/** What comes of it while an incident is open. */
function givenOpen({ incident, outcome, because, questions, stands }: Given): string {
  return section(`Given incident ${incident}`, [
    `${ways[outcome]}: ${oneLine(because, 300)}.`,
    ...(questions.length > 0 ? [`Asked: ${questions.join(', ')}`] : []),
    ...(stands ? [dim(oneLine(`As it stands: ${stands}`, 400))] : []),
  ]);
}

async function page(books: readonly Playbook[], explanation: Explanation): Promise<string> {
  const { finding, playbook, signals = [], alternatives = [] } = explanation;
  const title = books.find(({ name }) => name === playbook)?.title ?? playbook;
  const seen = signals
    .slice(0, mostListed)
    .map(({ at, type, name }) => [at ? when(at) : 'no time', oneLine(name || type, 120), dim(oneLine(type, 40))]);
  const others = alternatives.map((name) => [name, dim(`when ${conditionOf(books, finding.type, name)}`)]);
  const parts = [
    head(explanation),
    ...(finding.id === null ? [] : [section('Where', where(explanation))]),
    ...(seen.length > 0 ? [section('Signals', [...(await columns(seen)).split('\n'), ...more(signals)])] : []),
    section(`Why: ${title} (${playbook})`, why(explanation)),
    ...(others.length > 0 ? [`${heading('It may also be routed to')}\n${await columns(others, '  ')}`] : []),
    section('What is done', [...(await doing(explanation.steps)), ...costLine(explanation)]),
    ...(explanation.beside ? [section('Answered in the same incident', besideLines(explanation))] : []),
    ...(explanation.given ? [givenOpen(explanation.given)] : []),
  ];
  return parts.join('\n');
}

const counted = (explanations: readonly Explanation[]): string =>
  (['respond', 'observe', 'ignore'] as const)
    .map((outcome) => `${explanations.filter((one) => one.outcome === outcome).length} ${outcome}`)
    .join(', ');

async function table(explanations: readonly Explanation[]): Promise<string> {
  const rows = explanations.map(({ finding, targets: [first], playbook, outcome }) => [
    severityWords(finding.severity),
    oneLine(finding.type, 70),
    first ? oneLine(targetWords(first, finding), 60) : '-',
    playbook,
    outcome,
  ]);
  const titles = ['SEVERITY', 'FINDING', 'ABOUT', 'PLAYBOOK', 'OUTCOME'].map(dim);
  return `${await columns([titles, ...rows])}\n\n${explanations.length} findings: ${counted(explanations)}.`;
}

/** For people: a page a finding, or one table of many. */
export async function explanationPage(books: readonly Playbook[], found: readonly Explanation[]): Promise<string> {
  const explanations = harmless(found);
  if (explanations.length > mostPages) return visible(await table(explanations));
  const pages: string[] = [];
  for (const explanation of explanations) pages.push(await page(books, explanation));
  return visible(pages.join(`\n\n${dim('─'.repeat(60))}\n\n`));
}

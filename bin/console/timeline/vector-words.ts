import { sourceWords } from '../../../lib/timeline/output/sources.ts';
import type { Answered } from '../../../lib/timeline/vector/answer.ts';
import type { HeldClaim } from '../../../lib/timeline/vector/claims.ts';
import { type Checked, noSign, signWords, type VectorData } from '../../../lib/timeline/vector/vector.ts';
import type { Weighed } from '../../../lib/timeline/vector/weigh.ts';
import { dim, harmless, heading, paint } from '../paint.ts';

/** One line, whatever came from outside. */
const flat = (text: string): string => harmless(text.replace(/\s+/g, ' '));

const marks: Readonly<Record<Answered['state'], string>> = { found: '!', nothing: '-', 'cannot be known': '?' };

function answer({ asks, state, count, first, because, who, records }: Answered): string {
  const events = state === 'found' ? `${count} ×, first ${first}${who.length > 0 ? ` by ${who.join(', ')}` : ''}.` : '';
  const where = records.length > 0 ? `[${records.map(sourceWords).join(', ')}]` : '';
  const said = [events, because, where].filter(Boolean).join(' ');
  return `  ${marks[state]} ${asks} ${dim(flat(said))}`;
}

const hypothesis = ({ says, techniques, standing, signs, against }: Weighed): string[] => [
  `${heading(says)} ${techniques.map(({ id }) => id).join(', ')}: ${standing}`,
  ...signs.filter(({ state }) => state !== 'nothing').map(answer),
  ...against.filter(({ state }) => state === 'found').map((one) => `${answer(one)} ${paint('yellow', 'against it')}`),
];

const check = ({ title, asked, people }: Checked): string[] => [
  heading(title),
  ...asked.map(answer),
  ...people.map(({ owner, does }) => `  → ${owner}: ${flat(does)}`),
];

const layer = ({ kind, events, first, last }: VectorData['logs'][number]): string =>
  events > 0
    ? `  ${kind}: ${events} events, ${first} to ${last}`
    : `  ${kind}: none here; what they would have seen cannot be known`;

const sides = { supporting: 'supported by', contradicting: 'contradicted by', open: 'cannot be known from' } as const;

function claim(held: HeldClaim): string[] {
  const { who, when, said } = held.claim;
  const lists = (['supporting', 'contradicting', 'open'] as const).flatMap((name) => {
    const found = held[name];
    return found ? [`  ${sides[name]} ${found.count} × [${found.records.map(sourceWords).join(', ')}]`] : [];
  });
  return [`“${said}” (${who}, ${when}): ${held.verdict}. ${held.because}`, ...lists].map(flat);
}

function firstWords({ firstSign }: VectorData): string {
  if (!firstSign) return noSign;
  const { time, action, who, source } = firstSign;
  return flat(
    `First sign: ${time} ${action} by ${who ?? 'nobody named'}: ${signWords(firstSign)} [${sourceWords(source)}]`,
  );
}

/** How they came in, for people at a terminal: what leads first, and the questions with their answers last. */
export function vectorWords(data: VectorData & { readonly claims: readonly HeldClaim[] }): string {
  const { leading, hypotheses, checks, claims, logs } = data;
  return [
    leading.leads ? `Most speaks for this: ${leading.leads.says}.` : 'No hypothesis leads.',
    leading.why,
    firstWords(data),
    '',
    ...hypotheses.flatMap(hypothesis),
    '',
    'Checks (! found, - nothing found, ? cannot be known, → for people):',
    ...checks.flatMap(check),
    '',
    heading('Kinds of logs'),
    ...logs.map(layer),
    ...(claims.length > 0 ? ['', heading('What people say'), ...claims.flatMap(claim)] : []),
  ].join('\n');
}

import { html } from 'hono/html';
import { heldAs } from '../../domain/claim.ts';
import { legibleIn } from '../../record/page/legible.ts';
import { counted, foreign, type Html, type Mood, nothing, section, state, table } from '../../record/page/markup.ts';
import { kindWords } from '../output/page-lanes.ts';
import { sourcesOf } from '../output/sources.ts';
import type { Answered, State } from './answer.ts';
import type { HeldClaim, Verdict } from './claims.ts';
import { type Action, type Checked, noSign, signWords, type VectorData } from './vector.ts';
import { balanceOf, foundIn, type Weighed } from './weigh.ts';

export const vectorLooks = `
.asks thead th:nth-child(1) { width: 34%; } .asks thead th:nth-child(2) { width: 14%; } .asks .state { font-weight: 400; } .query { font-size: .84rem; }
.tasks thead th:nth-child(1) { width: 18%; } .claims thead th:nth-child(1) { width: 42%; } .vector p + p { margin-top: .5rem; }
`;

const mood: Readonly<Record<State, string>> = { found: 'bad', nothing: 'muted', 'cannot be known': 'wait' };
const words: Readonly<Record<State, string>> = {
  found: 'found',
  nothing: 'nothing found',
  'cannot be known': 'cannot be known',
};

/** When, of whom and where it is written. */
function evidence({ state: is, count, first, last, who, records, because }: Answered): Html {
  const when = first === null ? '' : first === last ? first : `${first} to ${last}`;
  const whose = who.length > 0 && html` by ${foreign(who.join(', '))}`;
  const events =
    is === 'found' && html`${count.toLocaleString('en-GB')} ×${when && html`, <time>${when}</time>`}${whose}. `;
  return html`${events}${foreign(because)} ${sourcesOf(records)}`;
}

const asked = (one: Answered): (Html | string)[] => [
  html`${one.asks} <p class="muted query">${foreign(one.query)}</p>`,
  html`<span class="${mood[one.state]}">${words[one.state]}</span>`,
  evidence(one),
];

const asks = (caption: string, all: readonly Answered[]): Html =>
  table({
    caption,
    columns: ['Question, and what was asked', 'Answer', 'Record'],
    groups: [{ cells: all.map(asked) }],
    kind: 'asks',
  });

function check({ title, asked: all }: Checked): Html {
  const found = foundIn(all).length;
  const unknown = all.filter((one) => one.state === 'cannot be known').length;
  const summary = `${title}: ${found} of ${all.length} found something${unknown > 0 ? `, ${unknown} cannot be known` : ''}`;
  return html`<details><summary>${summary}</summary>${asks(summary, all)}</details>`;
}

/** Which kinds of logs there are: what the others would have seen nobody can know. */
function layers({ logs }: VectorData): Html {
  const rows = logs.map(({ kind, events, first, last }) =>
    events > 0
      ? html`<li>${kindWords[kind]}: ${counted(events, 'event')}, <time>${first}</time> to <time>${last}</time></li>`
      : html`<li>${kindWords[kind]}: <span class="wait">none here; what they would have seen cannot be known</span></li>`,
  );
  return html`<h3>Kinds of logs</h3><ul class="plain">${rows}</ul>`;
}

function tasks(all: readonly Action[]): Html {
  const cells = all.map(({ owner, does }) => [html`${owner}`, html`${foreign(does)}`]);
  return table({
    caption: 'What people have to look at',
    columns: ['Team', 'Task'],
    groups: [{ cells }],
    kind: 'tasks',
  });
}

function hypothesis(one: Weighed): Html {
  const found = [...foundIn(one.signs), ...foundIn(one.against)];
  const is = found.length === 0 ? 'muted' : balanceOf(one) > 0 ? 'bad' : 'wait';
  const named = one.techniques.map(({ id, name }) => html` <span class="tag">${id} ${name}</span>`);
  const against =
    one.against.length > 0
      ? `${foundIn(one.against).length} of ${one.against.length} against`
      : 'no question against it';
  const summary = `${foundIn(one.signs).length} of ${one.signs.length} signs, ${against}`;
  const all = html`${asks('For it', one.signs)}${one.against.length > 0 && asks('Against it', one.against)}`;
  return html`<h3>${one.says}${named}</h3><p class="${is}">${one.standing}</p><details><summary>${summary}</summary>${all}</details>`;
}

function first({ firstSign, leading }: VectorData): Html {
  const sign =
    firstSign &&
    html`<p>First sign: <time>${firstSign.time}</time> ${foreign(firstSign.action)} by ${foreign(firstSign.who ?? 'nobody named')}, ${foreign(signWords(firstSign))} ${sourcesOf([firstSign.source])}</p>`;
  const lede = leading.leads ? html`Most speaks for this: ${leading.leads.says}.` : html`No hypothesis leads.`;
  return html`<p class="lede">${lede}</p><p>${leading.why}</p>${sign}`;
}

/** How they came in: what leads, what else it may be, ten checks with what was asked, and what people have to do. */
export function vectorSections(data: VectorData): Html {
  if (data.suspects.length === 0 && data.firstSign === null) return section('vector', 'Attack vector', nothing(noSign));
  const shown = legibleIn(data);
  const open = shown.checks.flatMap(({ people }) => people);
  return html`${section('vector', 'Attack vector', html`<div class="vector">${first(shown)}${shown.hypotheses.map(hypothesis)}</div>`)}${section('checks', 'Ten checks', html`${shown.checks.map(check)}${layers(shown)}${tasks(open)}`)}`;
}

const verdictMood: Readonly<Record<Verdict, Mood>> = {
  supported: 'good',
  contradicted: 'bad',
  'cannot be known': 'wait',
};

const sides = { supporting: 'Supported by', contradicting: 'Contradicted by', open: 'Cannot be known from' } as const;

function side(held: HeldClaim, name: keyof typeof sides): Html {
  const found = held[name];
  if (!found) return html`<p>${sides[name]}: <span class="muted">no record</span></p>`;
  const whose = found.who.length > 0 && html` by ${foreign(found.who.join(', '))}`;
  return html`<p>${sides[name]}: ${counted(found.count, 'event')}${whose} ${sourcesOf(found.records)}</p>`;
}

/** What the record says to a claim: the verdict, and three lists. */
export function verdictCell(held: HeldClaim): Html {
  const all = held.claim.about && (['supporting', 'contradicting', 'open'] as const).map((name) => side(held, name));
  return html`${state(verdictMood[held.verdict], held.verdict)}<p>${foreign(held.because)}</p>${all}`;
}

const claimCells = (held: HeldClaim): (Html | string)[] => [
  html`“${foreign(held.claim.said)}” <p class="muted">${foreign(held.claim.who)}, <time>${held.claim.when}</time></p><p class="muted query">${foreign(heldAs(held.claim))}</p>`,
  verdictCell(held),
];

/** What people say, held against the record. */
export function claimsSection(claims: readonly HeldClaim[]): Html {
  const cells = legibleIn(claims).map(claimCells);
  const columns = ['What was said', 'What the record says'];
  return section(
    'claims',
    'What people say',
    table({ caption: counted(claims.length, 'claim'), columns, groups: [{ cells }], kind: 'claims' }),
  );
}

export const vectorTitles = { vector: 'Attack vector', checks: 'Ten checks' };
export const claimsTitles = { claims: 'What people say' };

import { html } from 'hono/html';
import { legible } from '../../record/page/legible.ts';
import { code, counted, foreign, type Html, nothing, section, table } from '../../record/page/markup.ts';
import { sourcesOf } from '../output/sources.ts';
import { drawing } from './drawing.ts';
import { type Edge, type Reach, reaches } from './edge.ts';
import type { Named } from './places.ts';
import { type Radius, type Reached, reachedIn } from './radius.ts';
import { howWords, placeWords, reachBecause, reachWords } from './words.ts';

export const radiusLooks = `
.graph { overflow-x: auto; } .graph svg { display: block; max-width: none; }
.node rect { fill: var(--panel); stroke: var(--muted); stroke-width: 1.4; } .node.data rect { stroke: var(--ink); } .node .inner { fill: none; stroke-width: .8; }
.node text { font: 12px var(--mono); fill: var(--ink); } .node .place { font: 11px var(--sans); fill: var(--muted); }
.edge { fill: none; stroke: var(--ink); stroke-width: 1.6; } .edge.reached { stroke: var(--bad); stroke-width: 2.4; } .edge.may { stroke: var(--wait); stroke-dasharray: 8 4; }
.edge.unknown { stroke-dasharray: 2 4; } .edge.not { stroke: var(--muted); stroke-dasharray: 1 5; } .edge.could { stroke: var(--muted); stroke-dasharray: 12 3 2 3; } .tip { fill: var(--muted); }
.radius thead th:nth-child(1), .radius thead th:nth-child(3) { width: 22%; }
@media print { .graph { overflow: visible; } .graph svg { max-width: 100%; height: auto; } }
`;

/** Characters of a name. */
const longest = 160;
const mostNamed = 12;

const mood: Readonly<Record<Reach, string>> = { reached: 'bad', may: 'wait', unknown: 'plain', not: 'good' };

const short = (name: string): string => legible(name.length > longest ? `…${name.slice(1 - longest)}` : name);
const text = (said: string): Html => foreign(short(said));
const place = ({ id, place: kind }: Named): Html =>
  html`${code(short(id))} <span class="muted">${placeWords[kind]}</span>`;

function cells({
  from,
  to,
  how,
  actions,
  techniques,
  first,
  last,
  count,
  reach,
  because,
  records,
}: Edge): (Html | string)[] {
  const marks = techniques.size > 0 && html` <span class="tag">${text([...techniques].join(', '))}</span>`;
  return [
    place(from),
    howWords[how],
    place(to),
    html`<span class="${mood[reach]}">${reachWords[reach]}</span>${because && html`<p class="muted">${text(because)}</p>`}`,
    html`${text([...actions].join(', '))} <span class="muted">× ${count.toLocaleString('en-GB')}</span>${marks}`,
    html`${first === last ? first && html`<time>${first}</time>` : html`<time>${first}</time> to <time>${last}</time>`} ${sourcesOf(records)}`,
  ];
}

/** Each with where it is written, as many as anybody reads. */
function listed(all: readonly Pick<Reached, 'node' | 'records'>[]): Html {
  const names = all
    .slice(0, mostNamed)
    .map(
      ({ node, records }) =>
        html`${code(short(node.id))} (${placeWords[node.place]})${records.length > 0 && html` ${sourcesOf(records)}`}`,
    );
  const more = all.length > mostNamed ? html` and ${all.length - mostNamed} more` : '';
  return html`${names.map((name, index) => html`${index > 0 ? ', ' : ''}${name}`)}${more}`;
}

/** What was reached and what not, in words. */
function inWords(edges: readonly Edge[]): readonly Html[] {
  const all = [...reachedIn(edges).values()];
  return reaches.flatMap((reach) => {
    const own = all.filter((one) => one.reach === reach);
    if (own.length === 0) return [];
    // What people ask for first.
    const data = own.toSorted((a, b) => Number(b.node.place === 'data') - Number(a.node.place === 'data'));
    return [
      html`<li><strong>${reachWords[reach]}</strong> (${counted(own.length, 'place')}; ${reachBecause[reach]}): ${listed(data)}</li>`,
    ];
  });
}

/** `2 reached, 1 may have been reached, 0 cannot be known, 1 not reached`. */
export const radiusSum = (edges: readonly Edge[]): string => {
  const all = [...reachedIn(edges).values()];
  return reaches.map((reach) => `${all.filter((one) => one.reach === reach).length} ${reachWords[reach]}`).join(', ');
};

const columns = ['From', 'How', 'To', 'Reached?', 'By', 'When, and records'];
const rows = (edges: readonly Edge[], most: number): Html => {
  const beyond = edges.length > most ? `, of which the first ${most} are here` : '';
  const caption = `${counted(edges.length, 'connection')}${beyond}`;
  return table({ caption, columns, groups: [{ cells: edges.slice(0, most).map(cells) }], kind: 'radius' });
};

/** What rights would have allowed, apart from what was seen; and of whom no policy is at hand. */
function couldSection(radius: Radius, most: number): Html {
  const { edges, unknown } = radius.could();
  const whose = unknown.map((node) => ({ node, records: [] }));
  const held = edges.some(({ how }) => how === 'held');
  const rest =
    unknown.length > 0 &&
    html`<p>Cannot be known of ${counted(unknown.length, 'identity', 'identities')}, of whom no policy is ${held ? 'in these logs or in the file' : 'in these logs'}: ${listed(whose)}.</p>`;
  const limit = html`<p class="note">A policy counts from when it was written or attached in these logs. Denials, boundaries and policies of the organisation may have taken from it; what no log is on for was perhaps done all the same.${held && ' Rights from a file are those of when it was made, over the resources that these logs name: conditions, policies of sessions, of resources and of the organisation are not weighed.'}</p>`;
  if (edges.length === 0) return html`${rest}${limit}`;
  const name = 'What rights would have allowed';
  const says = `${counted(edges.length, 'right')}: ${reaches.map((reach) => `${edges.filter((one) => one.reach === reach).length} ${reachWords[reach]}`).join(', ')}.`;
  const { picture, leftOut } = drawing(edges, { id: 'could', name, says });
  return html`<p>${says}</p>${rest}${picture}${noRoom(leftOut)}${rows(edges, most)}${limit}`;
}

const noRoom = (leftOut: number): Html | '' =>
  leftOut > 0
    ? html`<p class="note">${counted(leftOut, 'connection')} found no room in the picture and are in the table alone.</p>`
    : '';

/** What was reached in words, as a picture and as a table of so many rows; and apart from that what rights would have allowed. */
export function radiusSections(radius: Radius, most = 1000): Html {
  const edges = radius.edges();
  if (edges.length === 0)
    return section(
      'radius',
      'Blast radius',
      nothing('No rule has labelled an event, and no finding names anybody here, so nobody is looked at.'),
    );
  const says = `${radiusSum(edges)}.`;
  const { picture, leftOut } = drawing(edges, { id: 'seen', name: 'Who reached what', says });
  const left =
    radius.left > 0 && html`<p class="note">${counted(radius.left, 'event')} were too many to be drawn or listed.</p>`;
  return html`${section('radius', 'Blast radius', html`<ul class="checks">${inWords(edges)}</ul>${picture}${noRoom(leftOut)}${left}`)}${section('connections', 'Every connection', rows(edges, most))}${section('could', 'What rights would have allowed', couldSection(radius, most))}`;
}

/** Ids and titles of these, for whoever links to them. */
export const radiusTitles = {
  radius: 'Blast radius',
  connections: 'Every connection',
  could: 'What rights would have allowed',
};

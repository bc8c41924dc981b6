import { html } from 'hono/html';
import { legible } from '../../record/page/legible.ts';
import { code, counted, foreign, type Html, nothing, section, table } from '../../record/page/markup.ts';
import { shell } from '../output/page-shell.ts';
import type { Writer } from '../output/writer.ts';
import { drawing } from './drawing.ts';
import { type Edge, Radius, type Reach, reachedIn, reaches } from './radius.ts';
import { howWords, placeWords, reachBecause, reachWords } from './words.ts';

const looks = `
.graph { overflow-x: auto; } .graph svg { display: block; max-width: none; }
.node rect { fill: var(--panel); stroke: var(--muted); stroke-width: 1.4; } .node.data rect { stroke: var(--ink); } .node .inner { fill: none; stroke-width: .8; }
.node text { font: 12px var(--mono); fill: var(--ink); } .node .place { font: 11px var(--sans); fill: var(--muted); }
.edge { fill: none; stroke: var(--ink); stroke-width: 1.6; } .edge.reached { stroke: var(--bad); stroke-width: 2.4; } .edge.may { stroke: var(--wait); stroke-dasharray: 8 4; }
.edge.unknown { stroke-dasharray: 2 4; } .edge.not { stroke: var(--muted); stroke-dasharray: 1 5; } .tip { fill: var(--muted); }
.radius thead th:nth-child(1), .radius thead th:nth-child(3) { width: 24%; }
`;

/** Rows of the table; a page of these stays small. */
const mostRows = 1000;
const mostNamed = 12;

const mood: Readonly<Record<Reach, string>> = { reached: 'bad', may: 'wait', unknown: 'plain', not: 'good' };

const text = (said: string): Html => foreign(legible(said));

function cells({ from, to, how, actions, techniques, first, last, count, reach }: Edge): (Html | string)[] {
  const marks = techniques.size > 0 && html` <span class="tag">${text([...techniques].join(', '))}</span>`;
  return [
    html`${code(legible(from.id))} <span class="muted">${placeWords[from.place]}</span>`,
    howWords[how],
    html`${code(legible(to.id))} <span class="muted">${placeWords[to.place]}</span>`,
    html`<span class="${mood[reach]}">${reachWords[reach]}</span>`,
    html`${text([...actions].join(', '))} <span class="muted">× ${count.toLocaleString('en-GB')}</span>${marks}`,
    first === last ? html`<time>${first}</time>` : html`<time>${first}</time> to <time>${last}</time>`,
  ];
}

/** What was reached and what not, in words. */
function told(edges: readonly Edge[]): readonly Html[] {
  const all = [...reachedIn(edges).values()];
  return reaches.flatMap((reach) => {
    const own = all.filter((one) => one.reach === reach).map(({ node }) => node);
    if (own.length === 0) return [];
    // What people ask for first.
    const data = own.toSorted((a, b) => Number(b.place === 'data') - Number(a.place === 'data'));
    const names = data.slice(0, mostNamed).map(({ id, place }) => html`${code(legible(id))} (${placeWords[place]})`);
    const more = own.length > mostNamed ? html` and ${own.length - mostNamed} more` : '';
    const list = names.map((name, index) => html`${index > 0 ? ', ' : ''}${name}`);
    return [
      html`<li><strong>${reachWords[reach]}</strong> (${counted(own.length, 'place')}; ${reachBecause[reach]}): ${list}${more}</li>`,
    ];
  });
}

const sum = (edges: readonly Edge[]): string => {
  const all = [...reachedIn(edges).values()];
  return reaches.map((reach) => `${all.filter((one) => one.reach === reach).length} ${reachWords[reach]}`).join(', ');
};

function body(edges: readonly Edge[], left: number): Html {
  const { picture, leftOut } = drawing(edges, `${sum(edges)}.`);
  const shown = edges.slice(0, mostRows);
  const caption = `${counted(edges.length, 'connection')}${edges.length > mostRows ? `, of which the first ${mostRows} stand here` : ''}`;
  const notes = [
    leftOut > 0 && `${counted(leftOut, 'connection')} found no room in the picture and are in the table alone. `,
    left > 0 && `${counted(left, 'event')} were too many to be drawn or listed. `,
  ];
  const columns = ['From', 'How', 'To', 'Reached?', 'By', 'When'];
  const unknown =
    'What these identities could have done with their rights, and what no log was on for, is not in logs: a place that is not named here may have been reached all the same.';
  return html`${section('says', 'What was reached', html`<ul class="checks">${told(edges)}</ul><p class="note">${unknown}</p>`)}${section('graph', 'Picture', html`${picture}<p class="note">${notes}</p>`)}${section('table', 'Every connection', table({ caption, columns, groups: [{ cells: shown.map(cells) }], kind: 'radius' }))}`;
}

function whole(radius: Radius): string {
  const edges = radius.edges();
  const sections = { says: 'What was reached', graph: 'Picture', table: 'Every connection' };
  return shell({
    title: edges.length > 0 ? `Blast radius: ${sum(edges)}` : 'Blast radius',
    sections: edges.length > 0 ? sections : {},
    brand: 'Blast radius from logs',
    skip: 'Skip to what was reached',
    span: '',
    looks,
    body:
      edges.length > 0 ? body(edges, radius.left) : nothing('No rule has labelled an event, so nobody is looked at.'),
    footer:
      'Made by Tourniquet from logs: all who are in a thread in which something is labelled, and what they were seen to call, take on or send to.',
  });
}

/** Who reached what as one HTML file that asks for nothing: in words, as a picture, and as a table. */
export function graph(): Writer {
  const radius = new Radius();
  return {
    event(event) {
      radius.add(event);
      return '';
    },
    end: () => whole(radius),
  };
}

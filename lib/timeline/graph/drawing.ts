import dagre from '@dagrejs/dagre';
import { html } from 'hono/html';
import { legible } from '../../record/page/legible.ts';
import type { Html } from '../../record/page/markup.ts';
import { type Edge, reaches } from './edge.ts';
import type { Named, Place } from './places.ts';
import { howWords, placeWords, reachWords, shortName } from './words.ts';

/** More than these nobody reads in a picture; the table has all. */
const mostNodes = 60;
const height = 40;
const widthOf = (name: string): number => Math.max(90, name.length * 7 + 24);

interface Drawn {
  readonly nodes: ReadonlyMap<string, Named>;
  readonly edges: readonly Edge[];
}

/** The first edges, as long as there is room for those at their ends. */
function chosen(edges: readonly Edge[]): Drawn {
  const nodes = new Map<string, Named>();
  const drawn = edges.filter(({ from, to }) => {
    const fresh = [from, to].filter(({ id }) => !nodes.has(id));
    if (nodes.size + fresh.length > mostNodes) return false;
    for (const one of fresh) nodes.set(one.id, one);
    return true;
  });
  return { nodes, edges: drawn };
}

interface Laid {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function laidOut({ nodes, edges }: Drawn) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 70, marginx: 12, marginy: 12 });
  for (const { id } of nodes.values()) graph.setNode(id, { width: widthOf(shortName(id)), height });
  for (const { from, to, how } of edges) graph.setEdge(from.id, to.id, {}, how);
  dagre.layout(graph);
  return graph;
}

const at = (value: number): string => value.toFixed(1);
const path = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('');

/** A corner for what is a store of data, none for an identity: shape says it too, not colour alone. */
const corners: Readonly<Record<Place, number>> = {
  identity: 20,
  session: 20,
  resource: 4,
  data: 0,
  account: 10,
  address: 4,
};

function box({ id, place }: Named, { x, y, width }: Laid): Html {
  const [left, top] = [x - width / 2, y - height / 2];
  const inner =
    place === 'data' &&
    html`<rect class="inner" x="${at(left + 3)}" y="${at(top + 3)}" width="${at(width - 6)}" height="${height - 6}"/>`;
  return html`<g class="node ${place}"><title>${placeWords[place]} ${legible(id)}</title><rect x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${height}" rx="${corners[place]}"/>${inner}<text x="${at(x)}" y="${at(y - 4)}" text-anchor="middle">${legible(shortName(id))}</text><text class="place" x="${at(x)}" y="${at(y + 12)}" text-anchor="middle">${placeWords[place]}</text></g>`;
}

const line = (look: string, words: string): Html =>
  html`<li><svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true"><path class="edge ${look}" d="M0 5L34 5"/></svg> ${words}</li>`;

const byReach = reaches.map((reach) => line(reach, reachWords[reach]));
const legends = {
  seen: byReach,
  could: [line('could', 'a policy in the logs allows it, and nobody was seen to do it'), ...byReach],
};

/** What a picture is called, and what it says in words. */
export interface Caption {
  /** Its ids begin with it: a page may have several. */
  readonly id: 'seen' | 'could';
  readonly name: string;
  readonly says: string;
}

/** The graph as a picture, and how many edges it leaves to the table. */
export function drawing(
  edges: readonly Edge[],
  { id, name: title, says }: Caption,
): { readonly picture: Html; readonly leftOut: number } {
  const drawn = chosen(edges);
  const graph = laidOut(drawn);
  const { width = 0, height: tall = 0 } = graph.graph() as { width?: number; height?: number };
  const lines = drawn.edges.map(({ from, to, how, reach }) => {
    const { points = [] } = graph.edge(from.id, to.id, how) as { points?: { x: number; y: number }[] };
    const name = `${shortName(from.id)} to ${shortName(to.id)}: ${how === 'could' ? howWords.could : reachWords[reach]}`;
    const look = how === 'could' ? 'could' : reach;
    return html`<path class="edge ${look}" marker-end="url(#${id}-tip)" d="${path(points)}"><title>${legible(name)}</title></path>`;
  });
  const boxes = [...drawn.nodes.values()].map((node) => box(node, graph.node(node.id) as unknown as Laid));
  const [wide, high] = [Math.ceil(width), Math.ceil(tall)];
  const tip = html`<defs><marker id="${id}-tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>`;
  const named = html`aria-labelledby="${id}-name ${id}-says"`;
  const picture = html`<figure><div class="graph" role="region" aria-label="${title}, scrolls sideways" tabindex="0"><svg role="img" ${named} width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}"><title id="${id}-name">${title}</title><desc id="${id}-says">${says} The table below has the same.</desc>${tip}${lines}${boxes}</svg></div><figcaption><ul class="legend" aria-label="Lines">${legends[id]}</ul></figcaption></figure>`;
  return { picture, leftOut: edges.length - drawn.edges.length };
}

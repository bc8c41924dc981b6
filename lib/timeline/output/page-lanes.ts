import { html } from 'hono/html';
import { type Axis, axisOf } from '../../record/page/axis.ts';
import { counted, type Html } from '../../record/page/markup.ts';
import { type Kind, kinds } from '../event.ts';
import type { Group } from './page-groups.ts';

export const kindWords: Readonly<Record<Kind, string>> = {
  audit: 'Audit',
  network: 'Network',
  compute: 'Compute',
  key: 'Keys and secrets',
  storage: 'Storage',
  database: 'Databases',
  kubernetes: 'Kubernetes',
};

const height = { top: 34, lane: 44, clock: 46 };
const percent = (at: number): string => `${at.toFixed(2)}%`;
const anchorAt = (at: number): string => (at < 6 ? 'start' : at > 94 ? 'end' : 'middle');
const circle = 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0';
const diamond = 'M0-7L7 0L0 7L-7 0Z';

/** Marks that would lie on each other within a fifth of a percent are drawn once. */
function marks(groups: readonly Group[], axis: Axis, line: number): Html[] {
  const places = Map.groupBy(groups, (one) => `${one.techniques === '' ? 0 : 1} ${Math.round(axis.at(one.from) * 5)}`);
  // Labelled ones last, so that they lie on top.
  return [...places]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([, [first]]) => {
      if (!first) return [];
      const [look, path] = first.techniques === '' ? ['done', circle] : ['found', diamond];
      return [
        html`<svg x="${percent(axis.at(first.from))}" y="${line}" overflow="visible"><path class="mark ${look}" d="${path}"/></svg>`,
      ];
    });
}

function clock(axis: Axis, bottom: number): Html[] {
  return axis.ticks.map(
    ({ at, label, day, room }) =>
      html`<g class="${room}"><line class="tick" x1="${percent(at)}" x2="${percent(at)}" y1="${height.top}" y2="${bottom + 6}"/><text class="clock" x="${percent(at)}" y="${bottom + 22}" text-anchor="${anchorAt(at)}">${label}</text>${day && html`<text class="clock" x="${percent(at)}" y="${bottom + 38}" text-anchor="${anchorAt(at)}">${day}</text>`}</g>`,
  );
}

/** A lane for each kind that there is, drawn to scale; long stretches without an event are cut out. */
export function lanes(groups: readonly Group[]): Html {
  const axis = axisOf(groups.flatMap(({ from, to }) => [from, to]));
  const used = kinds.filter((kind) => groups.some((one) => one.kind === kind));
  const bottom = height.top + (used.length - 1) * height.lane;
  const rows = used.map((kind, index) => {
    const line = height.top + index * height.lane;
    const own = groups.filter((one) => one.kind === kind);
    return html`<text class="lane" x="0" y="${line - 14}">${kindWords[kind]}</text><line class="rail" x1="0" x2="100%" y1="${line}" y2="${line}"/>${marks(own, axis, line)}`;
  });
  const cuts = axis.cuts.map(
    ({ at }) =>
      html`<svg x="${percent(at)}" y="0" overflow="visible"><path class="cut" d="M-7 ${bottom + 9}l6-10M1 ${bottom + 9}l6-10"/></svg>`,
  );
  const sums = used.map((kind) => {
    const events = groups.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
    return `${kindWords[kind]}: ${counted(events, 'event')}`;
  });
  const legend = html`<ul class="legend" aria-label="Signs"><li><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path class="mark done" d="${circle}"/></svg> Events</li><li><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path class="mark found" d="${diamond}"/></svg> Labelled with a technique</li></ul>`;
  const note = axis.cuts.length > 0 ? ' Where the axis is cut (//), there was no event for long.' : '';
  return html`<figure><svg class="timeline" role="img" aria-labelledby="lanes-name lanes-says" width="100%" height="${bottom + height.clock}"><title id="lanes-name">Events by kind, drawn to scale</title><desc id="lanes-says">${sums.join('; ')}. The tables below have the same events.</desc>${clock(axis, bottom)}${rows}${cuts}</svg><figcaption>${legend}<p class="note">Times in UTC. ${sums.join('; ')}.${note}</p></figcaption></figure>`;
}

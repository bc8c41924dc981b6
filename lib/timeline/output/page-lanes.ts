import { html } from 'hono/html';
import { type Axis, axisOf } from '../../record/page/axis.ts';
import { counted, type Html } from '../../record/page/markup.ts';
import { type Kind, kinds } from '../event.ts';
import type { Group } from './page-groups.ts';
import { finest, type Zoom, zoomChoice, zooms } from './page-zoom.ts';

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
const edge = 6;
const anchorAt = (at: number, zoom: Zoom): string =>
  at < edge / zoom ? 'start' : at > 100 - edge / zoom ? 'end' : 'middle';
const circle = 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0';
const diamond = 'M0-7L7 0L0 7L-7 0Z';
const signs = html`<defs><path id="e" class="mark done" d="${circle}"/><path id="l" class="mark found" d="${diamond}"/></defs>`;

/** Percent of the width within which two marks are one where nothing is enlarged. */
const onOneAnother = 0.2;
const isLabelled = ({ techniques }: Group): boolean => techniques !== '';

/** Of groups that would lie on each other the first, once what is drawn is so many times as wide. */
function apart(groups: readonly Group[], axis: Axis, zoom: number): Set<Group> {
  const step = onOneAnother / zoom;
  const places = Map.groupBy(groups, (one) => `${isLabelled(one)} ${Math.round(axis.at(one.from) / step)}`);
  return new Set([...places.values()].flatMap(([first]) => first ?? []));
}

/** A mark where each began. Those that only zoom tells apart are drawn with it alone. */
function marks(groups: readonly Group[], axis: Axis, line: number): Html[] {
  const always = apart(groups, axis, 1);
  // Labelled ones last, so that they lie on top.
  return [...apart(groups, axis, finest)]
    .toSorted((a, b) => Number(isLabelled(a)) - Number(isLabelled(b)))
    .map((one) => {
      const hidden = always.has(one) ? '' : html` class="fine"`;
      return html`<use href="#${isLabelled(one) ? 'l' : 'e'}" x="${percent(axis.at(one.from))}" y="${line}"${hidden}/>`;
    });
}

/** How long events went on that are one row, where that can be seen. */
function lasting(groups: readonly Group[], axis: Axis, line: number): Html[] {
  const seen = new Set<string>();
  return groups.flatMap((one) => {
    const [from, to] = [percent(axis.at(one.from)), percent(axis.at(one.to))];
    const key = `${from} ${to} ${isLabelled(one)}`;
    if (from === to || seen.has(key)) return [];
    seen.add(key);
    const look = isLabelled(one) ? 'lasted found' : 'lasted';
    return [html`<line class="${look}" x1="${from}" x2="${to}" y1="${line}" y2="${line}"/>`];
  });
}

function clock(axis: Axis, bottom: number, zoom: Zoom): Html {
  const ticks = axis.ticks.map(
    ({ at, label, day, room }) =>
      html`<g class="${room}"><line class="tick" x1="${percent(at)}" x2="${percent(at)}" y1="${height.top}" y2="${bottom + 6}"/><text class="clock" x="${percent(at)}" y="${bottom + 22}" text-anchor="${anchorAt(at, zoom)}">${label}</text>${day && html`<text class="clock" x="${percent(at)}" y="${bottom + 38}" text-anchor="${anchorAt(at, zoom)}">${day}</text>`}</g>`,
  );
  return html`<g class="z${zoom}">${ticks}</g>`;
}

const sign = (look: string, path: string): Html =>
  html`<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path class="mark ${look}" d="${path}"/></svg>`;
const legend = html`<ul class="legend" aria-label="Signs"><li>${sign('done', circle)} Events</li><li>${sign('found', diamond)} Labelled with a technique</li></ul>`;

/** A lane for each kind that there is, drawn to scale; long stretches without an event are cut out. The names of the lanes stay where they are. */
export function lanes(groups: readonly Group[]): Html {
  const moments = groups.flatMap(({ from, to }) => [from, to]);
  const axis = axisOf(moments);
  const used = kinds.filter((kind) => groups.some((one) => one.kind === kind));
  const bottom = height.top + (used.length - 1) * height.lane;
  const lineOf = (index: number): number => height.top + index * height.lane;
  const rows = used.map((kind, index) => {
    const line = lineOf(index);
    const own = groups.filter((one) => one.kind === kind);
    return html`<line class="rail" x1="0" x2="100%" y1="${line}" y2="${line}"/>${lasting(own, axis, line)}${marks(own, axis, line)}`;
  });
  const names = used.map(
    (kind, index) => html`<text class="lane" x="0" y="${lineOf(index) - 14}">${kindWords[kind]}</text>`,
  );
  const cuts = axis.cuts.map(
    ({ at }) =>
      html`<svg x="${percent(at)}" y="0" overflow="visible"><path class="cut" d="M-7 ${bottom + 9}l6-10M1 ${bottom + 9}l6-10"/></svg>`,
  );
  const sums = used.map((kind) => {
    const events = groups.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
    return `${kindWords[kind]}: ${counted(events, 'event')}`;
  });
  const note = axis.cuts.length > 0 ? ' Where the axis is cut (//), there was no event for long.' : '';
  const tall = bottom + height.clock;
  const drawn = html`<svg class="timeline drawn" role="img" aria-labelledby="lanes-name lanes-says" height="${tall}"><title id="lanes-name">Events by kind, drawn to scale</title><desc id="lanes-says">${sums.join('; ')}. The tables below have the same events.</desc>${signs}${zooms.map((zoom) => clock(axisOf(moments, zoom), bottom, zoom))}${rows}${cuts}</svg>`;
  const fixed = html`<svg class="timeline names" aria-hidden="true" width="100%" height="${tall}">${names}</svg>`;
  return html`<figure class="zoomed">${zoomChoice}${fixed}<div class="pan" role="region" aria-label="Lanes, scroll sideways once enlarged" tabindex="0">${drawn}</div><figcaption>${legend}<p class="note">Times in UTC. ${sums.join('; ')}.${note}</p></figcaption></figure>`;
}

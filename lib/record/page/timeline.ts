import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { type Axis, axisOf } from './axis.ts';
import { type Lane, laneOf, lanes, type Shape, shapeOf, shapes } from './lanes.ts';
import { counted, foreign, type Html, nothing, section, state } from './markup.ts';
import { offsetWords, spanWords, time } from './time.ts';

/** Pixels: a lane, where its line runs in it, and the clock below all. */
const height = { lane: 46, line: 30, clock: 50 };

/** Around their own middle, about ten pixels wide. */
const paths: Readonly<Record<Shape, string>> = {
  found: 'M0-6 6 5H-6Z',
  done: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z',
  seen: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  asked: 'M0-5.5 5.5 0 0 5.5-5.5 0Z',
  decided: 'M0-6 6 0 0 6-6 0Z',
  released: 'M-4-4H4V4H-4Z',
  trouble: 'M-4.5-4.5 4.5 4.5M4.5-4.5-4.5 4.5',
};

const laneNames = Object.keys(lanes) as Lane[];
const shapeNames = Object.keys(shapes) as Shape[];
const lineOf = (lane: Lane): number => laneNames.indexOf(lane) * height.lane + height.line;
const percent = (at: number): string => `${at.toFixed(2)}%`;

type Entry = Omit<Incident['timeline'][number], 'sequence'> & {
  /** Of the ledger; null of what was seen before there was one. */
  readonly sequence: number | null;
};
type Placed = Entry & { readonly lane: Lane; readonly shape: Shape };

/** What an attack sequence was seen in: each signal once, at its own time, whichever of the findings carry it. */
function signalsOf({ findings }: Incident): Placed[] {
  const signals = findings.flatMap(({ product, signals: all }) => all.map((one) => ({ ...one, product })));
  const each = new Map(signals.map((one) => [`${one.id} ${one.type} ${one.at}`, one]));
  return [...each.values()].flatMap(({ at, type, name, product }) => {
    if (!at || Number.isNaN(Date.parse(at))) return [];
    const what = `signal: ${name || type}`;
    const told = {
      sequence: null,
      at,
      kind: 'finding',
      actor: product,
      what,
      act: null,
      outcome: null,
      means: null,
    } as const;
    return [{ ...told, lane: 'finding', shape: 'found' }];
  });
}

/** Entries with a place on the axis; what carries no time has none. */
function placedIn(incident: Incident): Placed[] {
  const noted = incident.timeline
    .filter(({ at }) => !Number.isNaN(Date.parse(at)))
    .map((entry): Placed => ({ ...entry, lane: laneOf(entry), shape: shapeOf(entry) }));
  return [...signalsOf(incident), ...noted].toSorted((a, b) => a.at.localeCompare(b.at));
}

/** Marks that would lie on each other within a fifth of a percent are drawn once: thousands of entries stay a picture. */
function marks(entries: readonly Placed[], axis: Axis): Html[] {
  const at = (entry: Placed): number => axis.at(Date.parse(entry.at));
  const places = Map.groupBy(entries, (entry) => `${entry.lane} ${entry.shape} ${Math.round(at(entry) * 5)}`);
  return [...places.values()].flatMap(([first]) =>
    first
      ? [
          html`<svg x="${percent(at(first))}" y="${lineOf(first.lane)}" overflow="visible"><path class="mark ${first.shape}" d="${paths[first.shape]}"/></svg>`,
        ]
      : [],
  );
}

/** From the first lever that hurts to the last one let go: how long the target was held. */
function heldBand({ levers }: Incident, axis: Axis, last: number): Html | '' {
  const taken = levers.filter(({ phase, takenAt }) => phase === 'contain' && takenAt !== null);
  const starts = taken.map(({ takenAt }) => Date.parse(takenAt ?? '')).filter(Number.isFinite);
  if (starts.length === 0) return '';
  const ends = taken.map(({ releasedAt }) => (releasedAt === null ? last : Date.parse(releasedAt)));
  const from = axis.at(Math.min(...starts));
  const width = Math.max(0.4, axis.at(Math.max(...ends)) - from);
  return html`<rect class="held" x="${percent(from)}" y="${lineOf('containment') - 5}" width="${percent(width)}" height="10" rx="5"/>`;
}

const anchorAt = (at: number): string => (at < 6 ? 'start' : at > 94 ? 'end' : 'middle');

function frame(axis: Axis, bottom: number): Html {
  const rows = laneNames.map(
    (lane) =>
      html`<text class="lane" x="0" y="${lineOf(lane) - 14}">${lanes[lane]}</text><line class="rail" x1="0" x2="100%" y1="${lineOf(lane)}" y2="${lineOf(lane)}"/>`,
  );
  const ticks = axis.ticks.map(
    ({ at, label, day, room }) =>
      html`<g class="${room}"><line class="tick" x1="${percent(at)}" x2="${percent(at)}" y1="${height.line}" y2="${bottom + 6}"/><text class="clock" x="${percent(at)}" y="${bottom + 22}" text-anchor="${anchorAt(at)}">${label}</text>${day && html`<text class="clock" x="${percent(at)}" y="${bottom + 38}" text-anchor="${anchorAt(at)}">${day}</text>`}</g>`,
  );
  const cuts = axis.cuts.map(
    ({ at }) =>
      html`<svg x="${percent(at)}" y="0" overflow="visible"><rect class="white" x="-4" y="${height.line - 12}" width="8" height="${bottom - height.line + 22}"/><path class="cut" d="M-7 ${bottom + 9}l6-10M1 ${bottom + 9}l6-10"/></svg>`,
  );
  return html`${ticks}${rows}${cuts}`;
}

function drawing(incident: Incident, entries: readonly Placed[], axis: Axis): Html {
  const bottom = lineOf('report');
  const [first, last] = [entries[0], entries.at(-1)];
  const times = entries.map(({ at }) => Date.parse(at));
  const span = Math.max(...times) - Math.min(...times);
  const each = laneNames.map((lane) => `${lanes[lane]}: ${entries.filter((entry) => entry.lane === lane).length}`);
  return html`<svg class="timeline" role="img" aria-labelledby="timeline-name timeline-says" width="100%" height="${bottom + height.clock}"><title id="timeline-name">Timeline, drawn to scale: ${counted(entries.length, 'entry', 'entries')} in ${spanWords(span)}</title><desc id="timeline-says">From ${first?.at} to ${last?.at}. Entries in each lane: ${each.join('; ')}. The list below has the same entries.</desc>${frame(axis, bottom)}${heldBand(incident, axis, Math.max(...times))}${marks(entries, axis)}</svg>`;
}

const legend = (entries: readonly Placed[], holds: boolean): Html => {
  const used = shapeNames.filter((shape) => entries.some((entry) => entry.shape === shape));
  const items = used.map(
    (shape) =>
      html`<li><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path class="mark ${shape}" d="${paths[shape]}"/></svg> ${shapes[shape]}</li>`,
  );
  const band =
    holds &&
    html`<li><svg width="22" height="14" viewBox="0 0 22 14" aria-hidden="true"><rect class="held" y="2" width="22" height="10" rx="5"/></svg> In effect</li>`;
  return html`<ul class="legend" aria-label="Signs">${items}${band}</ul>`;
};

function scaleNote({ cuts }: Axis): Html {
  if (cuts.length === 0) return html`<p class="note">Drawn to one scale, times in UTC.</p>`;
  const left = cuts.map(
    ({ from, to }) => html`<li>${spanWords(to - from)}, after ${time(new Date(from).toISOString())}</li>`,
  );
  return html`<p class="note">Drawn to one scale, times in UTC. Where the axis is cut (//), nothing was recorded. Left out:</p><ul class="note cuts">${left}</ul>`;
}

/** The same entries in words, lane by lane, for those who do not see the picture. */
function inWords({ openedAt }: Incident, entries: readonly Placed[]): Html {
  const row = ({ at, what, actor, outcome, means, sequence }: Placed) =>
    html`<li><span class="after">${offsetWords(openedAt, at)}</span> ${foreign(what)}${outcome && html` → ${means === 'attention' ? state('bad', outcome) : foreign(outcome)}`} <span class="muted">(${foreign(actor)}${sequence === null ? '' : `, entry ${sequence}`})</span></li>`;
  const lists = laneNames.flatMap((lane) => {
    const own = entries.filter((entry) => entry.lane === lane);
    return own.length > 0 ? [html`<h3>${lanes[lane]}</h3><ol class="entries">${own.map(row)}</ol>`] : [];
  });
  return html`<details><summary>The timeline in words, lane by lane</summary>${lists}</details>`;
}

/** The timeline: drawn to scale, and as lists. More than this many entries are listed in the ledger alone. */
const mostListed = 500;

/** The section with the timeline. */
export function timelineSection(incident: Incident): Html {
  const entries = placedIn(incident);
  if (entries.length === 0) return section('timeline', 'Timeline', nothing('The ledger has no timed entry.'));
  const axis = axisOf(entries.map(({ at }) => Date.parse(at)));
  const holds = incident.levers.some(({ phase, takenAt }) => phase === 'contain' && takenAt !== null);
  const figure = html`<figure>${drawing(incident, entries, axis)}<figcaption>${legend(entries, holds)}${scaleNote(axis)}</figcaption></figure>`;
  return section('timeline', 'Timeline', html`${figure}${inWords(incident, entries.slice(0, mostListed))}`);
}

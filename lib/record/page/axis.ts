import { scaleUtc } from 'd3-scale';
import { utcFormat } from 'd3-time-format';

/** Where the axis leaves out a stretch without an entry: `at` in percent of its width, `from` and `to` in milliseconds since 1970. */
export interface Cut {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A labelled moment. `room` says from which width on there is space for its label. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  /** The day, at the first label and wherever it has changed. */
  readonly day: string | null;
  readonly room: 'any' | 'wide';
}

export interface Axis {
  /** Percent of the width for a time in milliseconds since 1970. */
  readonly at: (time: number) => number;
  readonly cuts: readonly Cut[];
  readonly ticks: readonly Tick[];
}

/** Each stretch that is cut out is more than so many times as long as all that is drawn together: otherwise that would be squeezed. */
const quiet = 2;
const mostCuts = 6;
/** Percent of the width: the edges, and the white of a cut. */
const edge = 1.5;
const cutWidth = 5;
/** Percent between two labels, where there is room and on a phone. */
const apart = { wide: 9, phone: 28 };

interface Stretch {
  readonly from: number;
  readonly to: number;
}
const length = ({ from, to }: Stretch): number => to - from;

/** The stretches to cut out, in order. What is left between them keeps one and the same scale. */
function quietStretches(times: readonly number[]): Stretch[] {
  const gaps = times.slice(1).map((to, index) => ({ from: times[index] ?? to, to }));
  const longest = gaps.toSorted((a, b) => length(b) - length(a));
  const drawnWithout = (cuts: number): number => longest.slice(cuts).reduce((sum, gap) => sum + length(gap), 0);
  const works = longest.slice(0, mostCuts).map((gap, index) => {
    const drawn = drawnWithout(index + 1);
    return drawn > 0 && length(gap) > quiet * drawn;
  });
  return longest.slice(0, works.lastIndexOf(true) + 1).toSorted((a, b) => a.from - b.from);
}

const day = utcFormat('%-d %b %Y');

/** Labels as fine as what is drawn is short, in milliseconds. */
function formatFor(drawn: number): (at: Date) => string {
  if (drawn < 4_000) return utcFormat('%H:%M:%S.%L');
  if (drawn < 2 * 3_600_000) return utcFormat('%H:%M:%S');
  return utcFormat('%H:%M');
}

interface Placed {
  readonly at: number;
  readonly time: number;
}

/** Of moments in the order of their importance, those that keep their distance from all taken before. */
function spaced<T extends { readonly at: number }>(moments: readonly T[], distance: number): T[] {
  const taken: T[] = [];
  for (const one of moments) if (taken.every(({ at }) => Math.abs(at - one.at) >= distance)) taken.push(one);
  return taken;
}

function ticksOf(stretches: readonly Stretch[], at: (time: number) => number, enlarged: number): Tick[] {
  const drawn = stretches.reduce((sum, one) => sum + length(one), 0);
  const format = formatFor(drawn / enlarged);
  const [wide, phone] = [apart.wide / enlarged, apart.phone / enlarged];
  const place = (time: number): Placed => ({ at: at(time), time });
  // Where time jumps a reader needs the clock most, and most of all before much of it is drawn.
  const starts = stretches.toSorted((a, b) => length(b) - length(a)).map(({ from }) => place(from));
  const between = stretches.flatMap(({ from, to }) => {
    const room = Math.floor((at(to) - at(from)) / wide);
    return room < 1
      ? []
      : scaleUtc()
          .domain([from, to])
          .ticks(room)
          .map((one) => place(one.getTime()));
  });
  const labelled = spaced([...starts, ...between], wide);
  const onPhones = new Set(spaced(labelled, phone));
  const inOrder = labelled.toSorted((a, b) => a.at - b.at);
  return inOrder.map((one, index) => {
    const [date, before] = [new Date(one.time), inOrder[index - 1]];
    const changed = !before || day(new Date(before.time)) !== day(date);
    return {
      at: one.at,
      label: format(date),
      day: changed ? day(date) : null,
      room: onPhones.has(one) ? 'any' : 'wide',
    };
  });
}

/**
 * A time axis drawn to scale in percent of any width; long stretches without an entry are cut out, and listed. `enlarged`: it is drawn so many times
 * as wide as the page, and has room for as many more labels.
 */
export function axisOf(moments: readonly number[], enlarged = 1): Axis {
  const times = [...new Set(moments)].toSorted((a, b) => a - b);
  const [first = 0, last = first] = [times[0], times.at(-1)];
  const quietOnes = quietStretches(times);
  const starts = [first, ...quietOnes.map(({ to }) => to)];
  const ends = [...quietOnes.map(({ from }) => from), last];
  const stretches = starts.map((from, index) => ({ from, to: ends[index] ?? from }));
  const drawn = stretches.reduce((sum, one) => sum + length(one), 0);
  const room = 100 - 2 * edge - quietOnes.length * cutWidth;
  let at = edge;
  const range = stretches.flatMap((one) => {
    const from = at;
    const to = from + (drawn > 0 ? (length(one) / drawn) * room : 0);
    at = to + cutWidth;
    return [from, to];
  });
  const scale = scaleUtc()
    .domain(stretches.flatMap(({ from, to }) => [from, to]))
    .range(range);
  const place = (time: number): number => (drawn > 0 ? scale(time) : edge);
  const cuts = quietOnes.map(({ from, to }) => ({ from, to, at: place(from) + cutWidth / 2 }));
  return { at: place, cuts, ticks: ticksOf(stretches, place, enlarged) };
}

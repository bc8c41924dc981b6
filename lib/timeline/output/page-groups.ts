import type { PrintedEvent } from '../event.ts';
import { secondsAndNanos } from '../moment.ts';

/** Events that are alike and close together: one row of the page. */
export interface Group {
  readonly kind: PrintedEvent['kind'];
  readonly actor: string;
  readonly action: string;
  readonly outcome: PrintedEvent['outcome'];
  readonly techniques: string;
  readonly rules: string;
  readonly normal: string | null;
  readonly address: string;
  readonly first: string;
  last: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  to: number;
  count: number;
  readonly resources: Set<string>;
  readonly source: string;
}

/** A page of these stays below 2 MB, however many events there are. */
const mostGroups = 1500;
/** Seconds that are taken together: as few as keep the page small. */
const widths = [60, 300, 3600, 21_600, 86_400, 604_800, Number.POSITIVE_INFINITY];
const mostResources = 3;
const longest = 160;

const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
/** The time that was read last: events come in its order, many in one second. */
let last = { time: '', milliseconds: 0 };
function milliseconds(time: string): number {
  if (last.time === time) return last.milliseconds;
  const { seconds, nanos } = secondsAndNanos(time);
  last = { time, milliseconds: seconds * 1000 + Math.floor(nanos / 1_000_000) };
  return last.milliseconds;
}

function groupOf(event: PrintedEvent): Group {
  const { kind, actor, action, outcome, labels, normal, address, time, resources, source } = event;
  const at = milliseconds(time);
  return {
    kind,
    actor: short(actor?.id ?? ''),
    action: short(action),
    outcome,
    techniques: labels.map(({ technique }) => technique).join(', '),
    rules: labels.map(({ rule }) => rule).join(', '),
    normal,
    address: short(address ?? ''),
    first: time,
    last: time,
    from: at,
    to: at,
    count: 1,
    resources: new Set(resources.slice(0, mostResources).map(short)),
    source: short(`${source.file}:${source.line}`),
  };
}

function join(into: Group, one: Group): void {
  into.last = one.last;
  into.to = one.to;
  into.count += one.count;
  for (const resource of one.resources) if (into.resources.size < mostResources) into.resources.add(resource);
}

/** Groups events as they come in order; when there are too many groups, what is taken together becomes longer. */
export class Groups {
  #width = 0;
  #bySubject: 'apart' | 'together' = 'apart';
  #groups = new Map<string, Group>();

  add(event: PrintedEvent): void {
    this.#put(groupOf(event));
    while (this.#groups.size > mostGroups && this.#coarser());
  }

  /** In order of their first events. */
  all(): Group[] {
    return [...this.#groups.values()].toSorted((a, b) => a.from - b.from);
  }

  /** What was taken together, in words. */
  get words(): string {
    const seconds = widths[this.#width] ?? 0;
    const span =
      seconds < 3600 ? `${seconds / 60} min` : seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} d`;
    const how = seconds === Number.POSITIVE_INFINITY ? 'however far apart' : `within ${span}`;
    return this.#bySubject === 'apart'
      ? `Events that are alike (who, what, outcome) ${how} are one row.`
      : `Events without a label that are of one kind ${how} are one row: there are too many for this page.`;
  }

  #put(group: Group): void {
    const key = this.#key(group);
    const known = this.#groups.get(key);
    if (known) join(known, group);
    else this.#groups.set(key, group);
  }

  #key({ kind, actor, action, outcome, techniques, normal, from }: Group): string {
    const bucket = Math.floor(from / 1000 / (widths[this.#width] ?? 1));
    if (this.#bySubject === 'together' && techniques === '') return `${kind} ${normal}`;
    return JSON.stringify([kind, actor, action, outcome, techniques, normal, bucket]);
  }

  /** False where nothing coarser is left. */
  #coarser(): boolean {
    if (this.#width < widths.length - 1) this.#width++;
    else if (this.#bySubject === 'apart') this.#bySubject = 'together';
    else return false;
    const before = this.all();
    this.#groups = new Map();
    for (const group of before) this.#put(group);
    return true;
  }
}

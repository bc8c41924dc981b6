import { parse } from '../correlate/names.ts';
import type { PrintedEvent } from '../event.ts';
import { textWithin } from '../rules/when.ts';
import { type Named, originOf, placeOf } from './places.ts';

/** How far somebody came: the words of the report. */
export type Reach = 'reached' | 'may' | 'unknown' | 'not';
/** From the most to the least. */
export const reaches: readonly Reach[] = ['reached', 'may', 'unknown', 'not'];

/** What was seen between two of them. */
export interface Edge {
  readonly from: Named;
  readonly to: Named;
  readonly how: 'call' | 'role' | 'flow';
  readonly thread: string | null;
  readonly actions: Set<string>;
  readonly techniques: Set<string>;
  readonly first: string;
  last: string;
  count: number;
  reach: Reach;
}

const mostEdges = 20_000;
const mostActions = 8;

const content =
  /(?:Object|ObjectVersion|SecretValue|Snapshot|SnapshotBlock|SnapshotAttribute|DBSnapshot|Item|Parameters?|ParametersByPath|ExecuteStatement|Query|Scan|Restore\w*|ExportTable\w*|StartExportTask|CopyImage)$/;

/** What it is like, or what there is; whatever else was done to a store has reached it. */
const onlyLooks = /:(?:Describe|List|Get|Head|BatchGet|Lookup|Search)/;

function reachOf({ outcome, kind, action }: PrintedEvent, { place }: Named, how: Edge['how']): Reach {
  if (outcome === 'failure') return 'not';
  if (outcome === 'unknown') return 'unknown';
  // A flow that was let through says nothing of what was answered.
  if (how === 'flow') return 'may';
  if (place !== 'data') return 'reached';
  // Who asked what a store is like, and was answered, is not known to have read it: requests for data are in no log unless somebody turned that on.
  const isData = kind === 'storage' || kind === 'database' || (kind === 'key' && /:GetSecretValue$/.test(action));
  return isData || content.test(action) || !onlyLooks.test(action) ? 'reached' : 'may';
}

const better = (a: Reach, b: Reach): Reach => (reaches.indexOf(a) <= reaches.indexOf(b) ? a : b);
const isAssumed = /^sts:(?:AssumeRole|GetFederationToken)/;
const isFlow = (event: PrintedEvent): boolean => event.kind === 'network' && event.actor === null;

/** Whose session a role became, or the role that was asked for. */
function takenOn(event: PrintedEvent): Named | null {
  const { record } = parse(event);
  const session =
    textWithin(record, 'responseElements.assumedRoleUser.arn') ||
    textWithin(record, 'responseElements.federatedUser.arn');
  const asked = session || textWithin(record, 'requestParameters.roleArn');
  return asked === '' ? null : placeOf(asked, event);
}

/** Who reached what, as events say it that belong to a thread in which something is labelled. */
export class Radius {
  /** Edges that found no room. */
  left = 0;
  readonly #edges = new Map<string, Edge>();
  readonly #threads = new Set<string>();

  add(event: PrintedEvent): void {
    if (event.normal !== null) return;
    const thread = event.thread?.name ?? event.actor?.id ?? null;
    if (event.labels.length > 0 && thread !== null) this.#threads.add(thread);
    const from = originOf(event);
    if (!from) return;
    if (isAssumed.test(event.action)) {
      const session = takenOn(event);
      if (session) this.#note({ from, to: session, how: 'role', thread }, event);
      return;
    }
    const how = isFlow(event) ? 'flow' : 'call';
    for (const one of new Map(event.resources.map((name) => [placeOf(name, event).id, placeOf(name, event)])).values())
      if (one.id !== from.id) this.#note({ from, to: one, how, thread }, event);
    const { actor } = event;
    if (event.resources.length === 0 && actor?.account)
      this.#note({ from, to: { id: actor.account, place: 'account' }, how, thread }, event);
  }

  /** What belongs to a thread with a label, or is labelled itself; labelled ones first, then by time. */
  edges(): readonly Edge[] {
    return [...this.#edges.values()]
      .filter(({ thread, techniques }) => techniques.size > 0 || (thread !== null && this.#threads.has(thread)))
      .toSorted(
        (a, b) =>
          Number(b.techniques.size > 0) - Number(a.techniques.size > 0) ||
          (a.first < b.first ? -1 : a.first > b.first ? 1 : 0),
      );
  }

  #note(begun: Pick<Edge, 'from' | 'to' | 'how' | 'thread'>, event: PrintedEvent): void {
    const key = `${begun.how} ${begun.from.id} ${begun.to.id}`;
    const known = this.#edges.get(key) ?? this.#begun(key, begun, event);
    if (!known) return;
    known.last = event.time;
    known.count++;
    known.reach = better(known.reach, reachOf(event, known.to, known.how));
    if (known.actions.size < mostActions) known.actions.add(event.action);
    for (const { technique } of event.labels) known.techniques.add(technique);
  }

  #begun(key: string, begun: Pick<Edge, 'from' | 'to' | 'how' | 'thread'>, { time }: PrintedEvent): Edge | null {
    if (this.#edges.size === mostEdges) {
      this.left++;
      return null;
    }
    const sets = { actions: new Set<string>(), techniques: new Set<string>() };
    const edge: Edge = { ...begun, ...sets, first: time, last: time, count: 0, reach: 'not' };
    this.#edges.set(key, edge);
    return edge;
  }
}

/** How far somebody came to each that is named, with the best of what was seen. */
export function reachedIn(
  edges: readonly Edge[],
): ReadonlyMap<string, { readonly node: Named; readonly reach: Reach }> {
  const found = new Map<string, { node: Named; reach: Reach }>();
  for (const { to, reach } of edges)
    found.set(to.id, { node: to, reach: better(found.get(to.id)?.reach ?? 'not', reach) });
  return found;
}

import { parse } from '../correlate/names.ts';
import type { Position, PrintedEvent } from '../event.ts';
import { textWithin } from '../rules/when.ts';
import { byLabels, type Suspicion } from '../vector/suspicion.ts';
import type { AccountRights } from './account-rights.ts';
import { heldEdges } from './could.ts';
import { type Edge, type Reach, reaches } from './edge.ts';
import { type Named, originOf, placeOf } from './places.ts';
import { Rights } from './rights.ts';

const mostEdges = 20_000;
const mostActions = 8;
const mostRecords = 3;

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

/** The better of two. */
export const better = (a: Reach, b: Reach): Reach => (reaches.indexOf(a) <= reaches.indexOf(b) ? a : b);
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

/** What an event is about, each once. */
function placesOf(event: PrintedEvent): Iterable<Named> {
  const [first] = event.resources;
  if (first !== undefined && event.resources.length === 1) return [placeOf(first, event)];
  const places = event.resources.map((name) => placeOf(name, event));
  return new Map(places.map((one) => [one.id, one])).values();
}

/** Who reached what, as events say it that belong to a thread in which something is labelled, or that a finding names. */
export class Radius {
  /** Edges that found no room. */
  left = 0;
  readonly #edges = new Map<string, Edge>();
  readonly #threads = new Set<string>();
  readonly #rights = new Rights();
  readonly #suspicion: Suspicion;

  readonly #held: AccountRights | null;

  /** `held` are rights as a file has them; null where there is none. */
  constructor(suspicion: Suspicion = byLabels, held: AccountRights | null = null) {
    this.#suspicion = suspicion;
    this.#held = held;
  }

  add(event: PrintedEvent): void {
    this.#rights.add(event);
    if (event.normal !== null) return;
    const thread = event.thread?.name ?? event.actor?.id ?? null;
    if (thread !== null && !this.#threads.has(thread) && this.#suspicion(event)) this.#threads.add(thread);
    const from = originOf(event);
    if (!from) return;
    if (isAssumed.test(event.action)) {
      const session = takenOn(event);
      if (session) this.#note({ from, to: session, how: 'role', thread }, event);
      return;
    }
    const how = isFlow(event) ? 'flow' : 'call';
    for (const one of placesOf(event)) if (one.id !== from.id) this.#note({ from, to: one, how, thread }, event);
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

  /** What rights would have allowed those who acted, as far as a policy is in the logs or a file has them; and of whom none is. */
  could(): { readonly edges: readonly Edge[]; readonly unknown: readonly Named[] } {
    const actors = [...actorsIn(this.edges()).keys()].filter(({ place }) => place !== 'address');
    const held = this.#held ? heldEdges({ actors, edges: this.edges(), places: this.#named() }, this.#held) : [];
    const edges = [...actors.flatMap((actor) => this.#rights.edgesOf(actor)), ...held];
    const known = new Set(edges.map(({ from }) => from.id));
    return { edges, unknown: actors.filter(({ id }) => !known.has(id)) };
  }

  /** Resources and stores that anybody was seen to call on, with what was called. */
  #named() {
    const calls = [...this.#edges.values()].filter(
      ({ how, to }) => how === 'call' && (to.place === 'data' || to.place === 'resource'),
    );
    return new Map(
      [...Map.groupBy(calls, ({ to }) => to.id)].flatMap(([id, own]) => {
        const [first] = own;
        return first ? [[id, { place: first.to, actions: new Set(own.flatMap(({ actions }) => [...actions])) }]] : [];
      }),
    );
  }

  #note(begun: Pick<Edge, 'from' | 'to' | 'how' | 'thread'>, event: PrintedEvent): void {
    const key = `${begun.how} ${begun.from.id} ${begun.to.id}`;
    const known = this.#edges.get(key) ?? this.#begun(key, begun, event);
    if (!known) return;
    known.last = event.time;
    known.count++;
    const reach = reachOf(event, known.to, known.how);
    if (known.reach !== reach && better(known.reach, reach) === reach) known.records = [];
    known.reach = better(known.reach, reach);
    if (known.reach === reach && known.records.length < mostRecords) known.records.push(event.source);
    if (known.actions.size < mostActions) known.actions.add(event.action);
    for (const { technique } of event.labels) known.techniques.add(technique);
  }

  #begun(key: string, begun: Pick<Edge, 'from' | 'to' | 'how' | 'thread'>, { time }: PrintedEvent): Edge | null {
    if (this.#edges.size === mostEdges) {
      this.left++;
      return null;
    }
    const sets = { actions: new Set<string>(), techniques: new Set<string>() };
    const edge: Edge = { ...begun, ...sets, first: time, last: time, count: 0, reach: 'not', records: [] };
    this.#edges.set(key, edge);
    return edge;
  }
}

/** How far somebody came to a place, and the records that say so. */
export interface Reached {
  readonly node: Named;
  readonly reach: Reach;
  readonly records: readonly Position[];
}

/** How far somebody came to each that is named, with the best of what was seen. */
export function reachedIn(edges: readonly Edge[]): ReadonlyMap<string, Reached> {
  return new Map(
    [...Map.groupBy(edges, ({ to }) => to.id)].flatMap(([id, own]) => {
      const reach = own.map((one) => one.reach).reduce(better);
      const records = own.filter((one) => one.reach === reach).flatMap((one) => one.records);
      const node = own[0]?.to;
      return node ? [[id, { node, reach, records: records.slice(0, mostRecords) }] as const] : [];
    }),
  );
}

/** Who acted, each with what is seen of them. */
export function actorsIn(edges: readonly Edge[]): ReadonlyMap<Named, readonly Edge[]> {
  return new Map(
    [...Map.groupBy(edges, ({ from }) => from.id).values()].flatMap((own) => (own[0] ? [[own[0].from, own]] : [])),
  );
}

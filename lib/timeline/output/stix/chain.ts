import type { PrintedEvent } from '../../event.ts';

/** What one thread of names did that is one technique. */
export interface Act {
  readonly thread: string;
  readonly technique: string;
  readonly tactics: readonly string[];
  readonly rules: Set<string>;
  readonly actions: Set<string>;
  readonly first: string;
  last: string;
  count: number;
  /** Events of it that failed. */
  failed: number;
}

/** So many acts make a chain; more is no story that anybody reads. */
const mostActs = 1000;
const mostActions = 20;

/** What was labelled, as acts in the order in which each began, by the thread to which they belong. */
export class Chain {
  /** Labels that found no room. */
  left = 0;
  readonly #acts = new Map<string, Act>();

  add(event: PrintedEvent): void {
    const thread = event.thread?.name ?? event.actor?.id ?? event.address ?? 'nobody named';
    for (const { technique, tactics, rule } of event.labels) {
      const key = `${technique} ${thread}`;
      const known = this.#acts.get(key);
      if (!known && this.#acts.size === mostActs) this.left++;
      else this.#note(known ?? this.#begun(key, { thread, technique, tactics, first: event.time }), event, rule);
    }
  }

  acts(): readonly Act[] {
    return [...this.#acts.values()];
  }

  #begun(key: string, begun: Pick<Act, 'thread' | 'technique' | 'tactics' | 'first'>): Act {
    const act = {
      ...begun,
      rules: new Set<string>(),
      actions: new Set<string>(),
      last: begun.first,
      count: 0,
      failed: 0,
    };
    this.#acts.set(key, act);
    return act;
  }

  #note(act: Act, { time, action, outcome }: PrintedEvent, rule: string): void {
    act.last = time;
    act.count++;
    if (outcome === 'failure') act.failed++;
    act.rules.add(rule);
    if (act.actions.size < mostActions) act.actions.add(action);
  }
}

/** The acts of each thread, in the order in which they began. */
export const byThread = (acts: readonly Act[]): ReadonlyMap<string, readonly Act[]> =>
  Map.groupBy(acts, ({ thread }) => thread);

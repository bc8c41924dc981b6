/** An event of a run's history, as far as it tells where the run was (Step Functions API, HistoryEvent). */
export interface HistoryEvent {
  readonly id?: number | undefined;
  readonly previousEventId?: number | undefined;
  readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined;
}

/**
 * The state in which a run ended. Each event names the one it followed from, which is the way back through the right branch where several
 * ran side by side; a run that was stopped from outside names none, and then it is the state entered last. The newest event comes first.
 */
export function lastState(newestFirst: readonly HistoryEvent[]): string | null {
  const byId = new Map(newestFirst.map((event) => [event.id, event]));
  const stateOf = (event: HistoryEvent | undefined): string | null => event?.stateEnteredEventDetails?.name ?? null;
  let event = newestFirst[0];
  while (event && !stateOf(event)) event = byId.get(event.previousEventId);
  return stateOf(event) ?? stateOf(newestFirst.find((one) => stateOf(one)));
}

import type { Kind, PrintedEvent } from '../event.ts';
import { isPublic } from '../rules/address.ts';

/** What something that is new of somebody is new in. */
export type NewIn = 'address' | 'region' | 'hour' | 'agent' | 'call';

/** Conditions that all have to hold of one event. */
export interface Where {
  /** Labelled by one of these rules; one that ends in a colon stands for all that begin so. */
  readonly rules?: readonly string[];
  readonly actions?: RegExp;
  readonly kinds?: readonly Kind[];
  /** The record has this in it. */
  readonly raw?: RegExp;
  /** Who acted, as CloudTrail calls the kind. */
  readonly actors?: readonly string[];
  readonly outcome?: PrintedEvent['outcome'];
  readonly from?: 'a public address' | 'an address that a finding names';
  /** Done for the first time, by somebody of whom earlier acts are in the logs, from an hour before the first sign on. */
  readonly newIn?: NewIn;
}

/** What is asked of all events, or of those in threads in which something is labelled, or that a finding names. Data, so that it can be read, and asked again. */
export interface Query {
  readonly asks: string;
  readonly of: 'everybody' | 'suspects';
  /** Kinds of logs that can answer it; without all of them it cannot be known. */
  readonly needs: readonly Kind[];
  readonly where: Where;
}

/** What is asked of the types of findings. */
export interface TypeQuery {
  readonly asks: string;
  readonly type: RegExp;
}

/** Which addresses findings name. */
export interface Known {
  readonly remotes: ReadonlySet<string>;
}

const isRule = (rules: readonly string[], id: string): boolean =>
  rules.some((one) => one === id || (one.endsWith(':') && id.startsWith(one)));

const comesFrom = (from: NonNullable<Where['from']>, address: string | null, { remotes }: Known): boolean =>
  from === 'a public address' ? isPublic(address) : address !== null && remotes.has(address);

/** Whether conditions hold of an event; what is new is not looked at here. The cheapest come first. */
export function holdsOf(
  where: Where,
  { labels, kind, outcome, actor, action, address, raw }: PrintedEvent,
  known: Known,
): boolean {
  const { rules, kinds, actions, actors, from } = where;
  return (
    (!rules || labels.some(({ rule }) => isRule(rules, rule))) &&
    (!kinds || kinds.includes(kind)) &&
    (!where.outcome || where.outcome === outcome) &&
    (!actors || (actor !== null && actors.includes(actor.kind))) &&
    (!actions || actions.test(action)) &&
    (!from || comesFrom(from, address, known)) &&
    (!where.raw || where.raw.test(raw))
  );
}

/** The query as it was asked, for the record: `label is user or access-key; outcome is success`. */
export function queryWords({ where, of }: Query): string {
  const { rules, kinds, actions, actors, from, outcome, raw, newIn } = where;
  const parts = [
    rules && `label is ${rules.join(' or ')}`,
    kinds && `kind is ${kinds.join(' or ')}`,
    actions && `action matches ${actions}`,
    actors && `actor is ${actors.join(' or ')}`,
    from && `address is ${from}`,
    outcome && `outcome is ${outcome}`,
    raw && `record matches ${raw}`,
    newIn && `${newIn} is new since an hour before the first sign`,
    of === 'suspects' && 'in a thread with a label, or that a finding names',
  ];
  return parts.filter(Boolean).join('; ');
}

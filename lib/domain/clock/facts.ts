import { nearest } from '../nearest.ts';
import { instantOf } from './calendar.ts';
import type { Fact } from './known.ts';
import { factNames, type Regime } from './regime.ts';

interface Fault {
  readonly fault: string;
}

const example = '2026-11-20T14:30Z or 2026-11-20T14:30+01:00';
const dayOnly = /^\d{4}-\d{2}-\d{2}$/;
const withoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/i;
/** Seconds may be left out. Years in which one of these laws may hold: 0026 and 20226 are slips. */
const whole = /^2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** A moment as it was typed, or what to write instead. `at` is ISO 8601 in UTC with milliseconds; what is finer is cut off. */
export function timeFrom(typed: string): { readonly at: string } | Fault {
  const text = typed.toUpperCase();
  if (dayOnly.test(text)) return { fault: `"${typed}" is a day without an hour; write ${example}.` };
  if (withoutZone.test(text))
    return { fault: `"${typed}" has no zone; end it with Z for UTC or an offset: ${example}.` };
  if (!whole.test(text)) return { fault: `"${typed}" is not a time; write ${example}.` };
  const at = instantOf(text);
  return at === null
    ? { fault: `"${typed}" does not exist: there is no such day or hour.` }
    : { at: new Date(at).toISOString() };
}

/** The reports of a regime that somebody sends; what is only to be kept is none. */
const sendable = ({ reports }: Regime): string[] =>
  Object.entries(reports).flatMap(([name, { means }]) => (means === 'keep until' ? [] : [name]));

/** Every name a fact may have while these regimes are asked: `aware`, `sent:initial`, `sent:dfars/initial`. */
export function namesOfFacts(regimes: readonly Regime[]): string[] {
  const sent = regimes.flatMap((regime) => sendable(regime).map((report) => [regime.name, report] as const));
  const plain = new Set(sent.map(([, report]) => `sent:${report}`));
  return [...factNames, ...plain, ...sent.map(([regime, report]) => `sent:${regime}/${report}`)];
}

function unknown(name: string, regimes: readonly Regime[]): string {
  const names = namesOfFacts(regimes);
  const near = nearest(name, names);
  if (near) return `There is no fact "${name}" here; did you mean "${near}"?`;
  const plain = names.filter((one) => !one.includes('/'));
  return `There is no fact "${name}" here. There are ${plain.join(', ')}.`;
}

/** A fact as it was typed, `aware=2026-11-20T14:30Z`, or one sentence why it is none. */
export function factFrom(typed: string, regimes: readonly Regime[]): { readonly fact: Fact } | Fault {
  const [, name = typed, time] = /^([^=]*)=(.*)$/s.exec(typed) ?? [];
  if (!namesOfFacts(regimes).includes(name)) return { fault: unknown(name, regimes) };
  if (time === undefined) return { fault: `"${typed}" has no time; write ${name}=2026-11-20T14:30Z.` };
  const read = timeFrom(time);
  return 'fault' in read ? { fault: `${name}: ${read.fault}` } : { fact: { name, at: read.at } };
}

/** Facts that lie in the future, as sentences: fair in a what-if, refused for a live incident. */
export function futureAmong(facts: readonly Fact[], now: string): string[] {
  const later = facts.filter(({ at }) => Date.parse(at) > Date.parse(now));
  return later.map(({ name, at }) => `${name} (${at}) is in the future; a fact is something that has happened.`);
}

/** The names of facts that no clock of these regimes runs from or ends with. */
export function unusedAmong(regimes: readonly Regime[], facts: readonly Fact[]): string[] {
  const used = new Set<string>(
    regimes.flatMap(({ reports, calledOff }) => [
      ...Object.values(reports).flatMap(({ rules, kinder = [] }) => [
        ...rules.flatMap(({ after, atLatest }) => [after, ...(atLatest ? [atLatest.after] : [])]),
        ...kinder.flatMap(({ rule }) => rule?.after ?? []),
      ]),
      ...(calledOff ? [calledOff.by] : []),
    ]),
  );
  return [...new Set(facts.map(({ name }) => name))].filter((name) => !name.startsWith('sent:') && !used.has(name));
}

import type { AnyStep } from '../domain/step.ts';
import { badClaims } from '../routing/check.ts';
import type { Ask, Playbook } from './notation.ts';
import { doors } from './question.ts';
import { render } from './render.ts';
import {
  type Branch,
  closeEradication,
  closeOut,
  earlyEnds,
  longestRun,
  onlyTold,
  type State,
  substituted,
  whether,
} from './state.ts';
import { inSubset } from './subset.ts';
import { stepsOf } from './wiring.ts';

/** Step Functions refuses longer names. */
const longestName = 80;

/** Everything wrong with these playbooks, a sentence each. Tests pass their own machines to see each rule bite. */
export function check(books: readonly Playbook[], machineOf: (book: Playbook) => Branch = render): string[] {
  const wrongs = books.flatMap((book) => {
    const misplacements = misplaced(book);
    // A misplaced step may not even render.
    const found = misplacements.length > 0 ? misplacements : unsound(book, machineOf(book));
    return found.map((wrong) => `playbooks/${book.name}: ${wrong}`);
  });
  return [...wrongs, ...badClaims(books)];
}

const unsound = (book: Playbook, machine: Branch): string[] => [
  ...badNames(machine),
  ...unguarded(book, machine),
  ...silentEnds(machine),
  ...badExpressions(machine),
];

/** The types say the same; this holds where a cast or plain JavaScript went around them, and sees phases. */
function misplaced({ preservation, volatile, asks, information, last }: Playbook): string[] {
  const wrong = (steps: readonly AnyStep[], place: string, fits: (step: AnyStep) => boolean): string[] =>
    steps.flatMap((step) => (fits(step) ? [] : [`${step.name} (${step.phase}) does not belong under ${place}`]));
  return [
    ...wrong(preservation, 'preserve', ({ phase }) => phase === 'preserve'),
    ...wrong(volatile, 'meanwhile', ({ phase, kind }) => phase === 'preserve' && kind === 'step'),
    ...asks.flatMap(({ kind, acts }) => wrong(acts, kind, ({ phase }) => phase === kind)),
    ...asks.flatMap(({ measure }) => wrong(measure ? [measure] : [], 'measure', ({ phase }) => phase === 'observe')),
    ...wrong(last, 'lastly', ({ phase, kind }) => phase === 'preserve' && kind === 'step'),
    ...wrong(information, 'inform', ({ phase }) => phase === 'inform'),
    ...asks.flatMap(badAsk),
    ...overlong(asks),
  ];
}

/** Every question may wait twice, in both channels, and they come one after another: together they must leave the run time to end. */
function overlong(asks: readonly Ask[]): string[] {
  const waits = asks.reduce((sum, { within: each }) => sum + 2 * each, 0);
  return waits < longestRun ? [] : [`its questions may wait ${waits} seconds in all; a run ends after ${longestRun}`];
}

function badAsk({ kind, name, acts, unless, ifNobodyAnswers }: Ask): string[] {
  const byItself = unless !== 'nothing' || ifNobodyAnswers !== 'hold';
  return [
    ...(/^[a-z][a-zA-Z]*$/.test(name) ? [] : [`the question "${name}" must be one word, as it names a variable`]),
    ...((kind === 'contain' || kind === 'eradicate') && acts.length === 0
      ? [`the question "${name}" asks for nothing`]
      : []),
    ...(kind !== 'contain' && byItself ? [`only a person may answer "${name}"`] : []),
  ];
}

/** All states, those inside Parallel and Map included. */
function statesOf({ States }: Branch): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => [[name, state], ...within(state).flatMap(statesOf)]);
}
const within = ({ Branches = [], ItemProcessor }: State): Branch[] => [
  ...Branches,
  ...(ItemProcessor ? [ItemProcessor] : []),
];

function exits({ Next, Default, Choices = [], Catch = [] }: State, closed: readonly string[] = []): string[] {
  const open = Choices.filter(({ Condition }) => !closed.includes(Condition));
  return [Next, Default, ...[...open, ...Catch].map((way) => way.Next)].filter((name) => name !== undefined);
}

/** Names a run can come to while these conditions never hold. */
function reachable(machine: Branch, closed: readonly string[] = []): Set<string> {
  const states = new Map(statesOf(machine));
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const state = states.get(name);
    if (!state || seen.has(name)) return;
    seen.add(name);
    for (const next of [...exits(state, closed), ...within(state).map(({ StartAt }) => StartAt)]) visit(next);
  };
  visit(machine.StartAt);
  return seen;
}

function badNames(machine: Branch): string[] {
  const names = statesOf(machine).map(([name]) => name);
  const live = reachable(machine);
  const scopes = [machine, ...statesOf(machine).flatMap(([, state]) => within(state))];
  const dangling = scopes.flatMap(({ StartAt, States }) =>
    [StartAt, ...Object.values(States).flatMap((state) => exits(state))].filter((name) => !States[name]),
  );
  return [
    ...names.filter((name) => name.length > longestName).map((name) => `"${name}" is longer than ${longestName}`),
    ...names.filter((name, at) => names.indexOf(name) < at).map((name) => `two states are called "${name}"`),
    ...names.filter((name) => !live.has(name)).map((name) => `nothing leads to "${name}"`),
    ...dangling.map((name) => `there is no state "${name}" to go on to`),
  ];
}

/** Shut every door of a question: whatever hurts and can still be reached, stands before it and not behind. */
function unguarded(book: Playbook, machine: Branch): string[] {
  const steps = new Map(stepsOf(book).map((step) => [substituted(step.name), step]));
  return statesOf(machine).flatMap(([name, state]) => {
    const step = steps.get(state.Arguments?.FunctionName ?? '');
    const operation = state.Arguments?.Payload?.operation;
    const harmless = step?.phase === 'preserve' || !(operation === 'apply' || operation === 'release');
    if (harmless && step?.kind !== 'eradication') return [];
    const ask = book.asks.find(({ kind, acts }) => kind === operation || acts.some((one) => one === step));
    const guarded = ask && !reachable(machine, Object.values(doors(ask))).has(name);
    return guarded ? [] : [`"${name}" is not behind its question or a standing order`];
  });
}

function silentEnds(machine: Branch): string[] {
  const early = Object.values(earlyEnds);
  // What follows a close-out is on record by itself, and may simply end.
  const closed = closeOut in machine.States ? reachable({ ...machine, StartAt: closeOut }) : new Set();
  const ending = Object.entries(machine.States).flatMap(([name, state]) => {
    const ways = exits(state);
    const ends = ways.length === 0 && name !== closeOut && !closed.has(name) && !early.includes(name);
    const slips =
      ![machine.StartAt, whether, onlyTold].includes(name) &&
      !closed.has(name) &&
      ways.some((way) => early.includes(way));
    return ends || slips ? [`"${name}" can end the run without the close-out`] : [];
  });
  const works = statesOf(machine).filter(
    ([name, { Type }]) => ['Task', 'Parallel', 'Map'].includes(Type) && ![closeOut, closeEradication].includes(name),
  );
  return [
    ...ending,
    ...works.filter(([, { Catch }]) => !Catch).map(([name]) => `a failure of "${name}" is not caught`),
    ...statesOf(machine)
      .filter(([, { Type, TimeoutSeconds }]) => Type === 'Task' && !TimeoutSeconds)
      .map(([name]) => `"${name}" could wait for ever`),
  ];
}

const leaves = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(leaves);

function badExpressions(machine: Branch): string[] {
  const expressions = leaves(machine).filter((leaf) => leaf.includes('{%'));
  return [...new Set(expressions)].flatMap((leaf) => {
    const [, source] = /^\{%(.*)%\}$/s.exec(leaf) ?? [];
    return source !== undefined && inSubset(source) ? [] : [`the expression ${leaf} leaves the subset`];
  });
}

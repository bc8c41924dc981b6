/** Holds what was observed against what a scenario expects. Pure: one line for each expectation that does not hold. */
import type { Given } from './answers.ts';
import type { Observed } from './observe.ts';
import { type Answer, type Expected, placed, type Round } from './scenario.ts';

type Check = readonly [name: string, expected: unknown, found: unknown];

const show = (value: unknown): string => JSON.stringify(value);
const same = (a: unknown, b: unknown): boolean => show(a) === show(b);

/** {instance}, {first} and {second} stand for the ids of this scenario. */
const filled = (text: string, words: Observed['words']): string =>
  text.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);

/** Only what is expected is compared; what a scenario says nothing of may be anything. */
function equal(checks: readonly Check[]): string[] {
  return checks
    .filter(([, expected, found]) => expected !== undefined && !same(expected, found))
    .map(([name, expected, found]) => `${name}: expected ${show(expected)}, found ${show(found)}`);
}

function contained(
  name: string,
  wanted: readonly string[] | undefined,
  texts: readonly string[],
  words: Observed['words'],
): string[] {
  return (wanted ?? [])
    .map((text) => filled(text, words))
    .filter((text) => !texts.some((one) => one.includes(text)))
    .map((text) => `${name}: nothing has "${text}" in ${show(texts)}`);
}

/** Every expected text in one that was found, and every one found by an expected text. */
function matched(
  name: string,
  wanted: readonly string[] | undefined,
  texts: readonly string[],
  words: Observed['words'],
): string[] {
  if (!wanted) return [];
  const expected = wanted.map((text) => filled(text, words));
  const stray = texts.filter((one) => !expected.some((text) => one.includes(text)));
  return [...contained(name, wanted, texts, words), ...stray.map((one) => `${name}: not expected: ${one}`)];
}

const counted = (all: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(all)].toSorted().map((one) => [one, all.filter((other) => other === one).length]));

const inOrder = (wanted: readonly string[], found: readonly string[]): boolean => {
  let from = 0;
  return wanted.every((one) => {
    const at = found.indexOf(one, from);
    from = at + 1;
    return at >= 0;
  });
};

function calls({ calls: wanted, order, failed, never }: Expected, { succeeded, failed: refused }: Observed): string[] {
  const sorted = wanted && Object.fromEntries(Object.entries(wanted).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const broken =
    order && !inOrder(order, succeeded) ? [`order: expected ${show(order)}, found ${show(succeeded)}`] : [];
  const tried = new Set([...succeeded, ...refused]);
  return [
    ...equal([
      ['calls', sorted, counted(succeeded)],
      ['failed', failed?.toSorted(), [...new Set(refused)].toSorted()],
    ]),
    ...broken,
    ...(never ?? []).filter((action) => tried.has(action)).map((action) => `never: ${action} was tried`),
  ];
}

function theft({ thief, innocent }: Expected, { tried }: Observed): string[] {
  const moments = ['before', 'during', 'after'] as const;
  return equal(
    moments.flatMap((moment): Check[] => [
      [`thief ${moment}`, thief?.[moment], tried[moment]?.thief],
      [`innocent ${moment}`, innocent?.[moment], tried[moment]?.innocent],
    ]),
  );
}

function decision({ decision: wanted }: Expected, { decision: found }: Observed): string[] {
  if (!wanted) return [];
  const { because, via, ...rest } = wanted;
  const checks: Check[] = [
    ['decision state', rest.state, found?.state],
    ['decision by', rest.by, found?.by],
    ['decision via', via && [via], found && [...new Set(found.via)]],
  ];
  return [
    ...equal(checks),
    ...contained('decision because', because === undefined ? [] : [because], [found?.because ?? ''], {}),
  ];
}

function ending({ ending: wanted, outcomes, reports }: Expected, found: Observed): string[] {
  const none = { responded: 0, joined: 0, widened: 0, ignored: 0, raised: 0, advised: 0, failed: 0 };
  return equal([
    ['outcomes', outcomes && { ...none, ...outcomes }, found.outcomes],
    ['ending, says the run', wanted, found.ending.run],
    ['ending, says the table', wanted, found.ending.table],
    ['reports number', reports?.number, found.reports.number],
    ['reports due', reports && found.reports.dueHours.map(() => reports.dueHours), found.reports.dueHours],
  ]);
}

/** What each answer of a round came to. An answer nobody asked for is a difference too. */
export function compareAnswers({ answers }: Round, given: Observed['answers']): string[] {
  return Object.entries(answers).flatMap(([question, wanted]) =>
    wanted.flatMap((answer, at) => answerDifferences(`answer ${at + 1} to ${question}`, answer, given[question]?.[at])),
  );
}

function answerDifferences(name: string, { by, clicks, status, told }: Answer, given: Given | undefined): string[] {
  if (!given) return [`${name}: it was not asked for`];
  const statuses = by === 'nobody' ? [] : Array.from({ length: clicks }, () => status);
  const heard = !told || told.some((text) => given.told.some((one) => one.includes(text)));
  return [
    ...equal([[`${name}: status`, statuses, given.statuses]]),
    ...(heard ? [] : [`${name}: expected to be told one of ${show(told)}, was told ${show(given.told)}`]),
  ];
}

function looks({ isolation, changed, asked, flow, incidents, snapshots }: Expected, found: Observed): string[] {
  return equal([
    ...placed.map((at) => [`isolation of ${at}`, isolation?.[at], found.isolation[at]] as const),
    ['changed', changed?.toSorted(), found.changed.toSorted()],
    ['asked', asked, found.asked],
    ['flow', flow, found.flow],
    ['incidents', incidents, found.incidents],
    ['snapshots', snapshots, found.snapshots],
  ]);
}

export function compare(expected: Expected, found: Observed): string[] {
  const { words, texts } = found;
  const saidAnyway = (expected.neverSays ?? [])
    .map((text) => filled(text, words))
    .filter((text) => texts.some((one) => one.includes(text)));
  const calm = expected.paged?.length === 0 && found.paged.length > 0;
  return [
    ...ending(expected, found),
    ...looks(expected, found),
    ...calls(expected, found),
    ...theft(expected, found),
    ...decision(expected, found),
    ...contained('because', expected.because, found.because, words),
    ...matched('trouble', expected.trouble, found.trouble, words),
    ...contained('says', expected.says, texts, words),
    ...saidAnyway.map((text) => `neverSays: "${text}" was said`),
    ...contained('paged', expected.paged, found.paged, words),
    ...(calm ? [`paged: nobody should have been, and this went out: ${show(found.paged)}`] : []),
    ...found.broken.map((line) => `must never be: ${line}`),
  ];
}

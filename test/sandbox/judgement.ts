/** What the record says of a run, and whether it is what the demo promises. */
import type { Attempt } from './estate.ts';
import { type EvidenceSeen, type InterfaceSeen, type Item, starting } from './readback.ts';

/** What the demo prints for programs; every value was read back, none is a claim of the app alone. */
export interface Story {
  ok: boolean;
  playbook: string;
  incident: string;
  seconds: { deploy: number; findingToQuestion: number; clickToVerified: number };
  awaitedCallsBeforeContainment: number;
  transitions: number;
  interfaces: { id: string; before: InterfaceSeen; during: InterfaceSeen; after: InterfaceSeen; isolation: string }[];
  attacks: { who: string; what: string; before: Attempt; during: Attempt; after: Attempt }[];
  evidence: EvidenceSeen[];
  approval: { by: string; decision: string; at: string };
  obligations: { regime: string; startedAt: string; dueAt: string }[];
  ledger: { entries: number; intact: boolean };
  release: { diff: string[] };
  /** The sealed record as it was fetched and unpacked; the folder stays. */
  export: { path: string; page: string; verified: boolean; entries: number; key: string };
  /** Why it is not ok, when it is not. */
  wrong: string[];
}

interface Decided {
  readonly question: string;
  readonly run: string;
  readonly state: string;
  readonly decisions: readonly { readonly by: string; readonly at: string }[];
}

/** How the question was decided whose answer contains: that of the finding's run, else of a run that it began. */
export function approvalIn(
  items: readonly Item[],
  run: string,
  question: string,
): Story['approval'] & { readonly run: string } {
  const approvals = (starting(items, 'APPROVAL#') as unknown as Decided[]).filter((one) => one.question === question);
  const approval = approvals.find((one) => one.run === run) ?? approvals[0];
  const decision = approval?.decisions.at(-1);
  return {
    by: decision?.by ?? '',
    decision: approval?.state ?? 'none',
    at: decision?.at ?? '',
    run: approval?.run ?? run,
  };
}

/** Seconds from the decision to the last verify of the run, by the receipts. */
export function verifiedAfter(items: readonly Item[], run: string, decidedAt: string): number {
  const verdicts = starting(items, `RECEIPT#${run}#`).filter(
    ({ operation, step }) => operation === 'verify' && step !== 'protect-from-termination',
  );
  const last = Math.max(...verdicts.map(({ at }) => Date.parse(String(at))));
  return (last - Date.parse(decidedAt)) / 1000;
}

/** What the run claims of each interface. */
export function isolationIn(items: readonly Item[], run: string): Record<string, string> {
  const verdict = starting(items, `RECEIPT#${run}#quarantine-interfaces#verify`)[0];
  return (verdict?.result as { isolation?: Record<string, string> } | undefined)?.isolation ?? {};
}

/** Each interface in the three moments. */
export function compareInterfaces(
  before: InterfaceSeen[],
  during: InterfaceSeen[],
  after: InterfaceSeen[],
  isolation: Record<string, string>,
) {
  const missing = (id: string): InterfaceSeen => ({ id, groups: [], address: null });
  return before.map((one) => ({
    id: one.id,
    before: one,
    during: during.find(({ id }) => id === one.id) ?? missing(one.id),
    after: after.find(({ id }) => id === one.id) ?? missing(one.id),
    isolation: isolation[one.id] ?? 'not-isolated',
  }));
}

/** The clocks that were started; what waits for a fact runs none yet. */
export const obligationsIn = (items: readonly Item[]): Story['obligations'] =>
  starting(items, 'OBLIGATION#')
    .filter(({ dueAt }) => dueAt)
    .map(({ regime, startedAt, dueAt }) => ({
      regime: String(regime),
      startedAt: String(startedAt),
      dueAt: String(dueAt),
    }));

/** What differs from before: what each lever read back after letting go, and what we see ourselves. */
export function diffIn(items: readonly Item[], before: unknown, after: unknown): string[] {
  const receipts = starting(items, 'RECEIPT#release-') as unknown as {
    step: string;
    result: { outcome: string; diff: string[] };
  }[];
  const said = receipts.flatMap(({ step, result }) =>
    result.outcome === 'released' ? result.diff : [`${step}: ${result.outcome}`, ...result.diff],
  );
  const still = starting(items, 'BEFORE#').flatMap(({ step, releasedAt }) =>
    releasedAt ? [] : [`${step}: still held`],
  );
  const seen =
    JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [`was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`];
  return [...said, ...still, ...seen];
}

const course = ({ before, during, after }: Omit<Story['attacks'][number], 'who' | 'what'>): string =>
  `${before} → ${during} → ${after}`;

/** What each of those who try has to have met with, and how many interfaces have to have been isolated. */
export interface Promised {
  readonly courses: readonly (readonly [before: Attempt, during: Attempt, after: Attempt])[];
  readonly interfaces: number;
  /** At most so many calls are awaited in a row before containment. */
  readonly awaited: number;
  /** The run takes fewer transitions than this. */
  readonly transitions: number;
  /** Kinds of evidence, of logs, of which there is some. */
  readonly logs: readonly string[];
}

const hoursOf = ({ obligations }: Pick<Story, 'obligations'>): number[] =>
  obligations.map(({ startedAt, dueAt }) => (Date.parse(dueAt) - Date.parse(startedAt)) / 3_600_000);

/** Everything the demo promises, held against what was read back. */
export function whatIsWrong(
  story: Omit<Story, 'ok' | 'wrong'>,
  { courses, interfaces, awaited, transitions, logs }: Promised,
): string[] {
  const tried = story.attacks.map((attack, at): [boolean, string] => {
    const [before = 'denied', during = 'allowed', after = 'denied'] = courses[at] ?? [];
    return [course(attack) === course({ before, during, after }), `${attack.who} was ${course(attack)}`];
  });
  const hours = hoursOf(story);
  const checks: [boolean, string][] = [
    [
      story.interfaces.length === interfaces && story.interfaces.every(({ isolation }) => isolation === 'isolated'),
      'not every interface was verified isolated',
    ],
    [story.attacks.some(({ during }) => during === 'denied'), 'nobody was stopped'],
    ...tried,
    [
      story.evidence.length > 0 && story.evidence.every(({ matches }) => matches),
      'evidence is missing or does not match its hash',
    ],
    ...logs.map((kind): [boolean, string] => [
      story.evidence.some((one) => one.kind === kind),
      `there are no ${kind} in the vault`,
    ]),
    [story.approval.decision === 'APPROVED', `the approval says ${story.approval.decision}`],
    [hours.length > 0 && hours.every((each) => each === 72), `the report is due after ${hours.join(', ')} hours`],
    [story.ledger.intact, 'the ledger chain is broken'],
    [story.export.verified, 'the sealed record could not be verified'],
    [
      story.export.entries === story.ledger.entries,
      `the export has ${story.export.entries} of ${story.ledger.entries} ledger entries`,
    ],
    [story.release.diff.length === 0, `the release left a difference: ${story.release.diff.join('; ')}`],
    [
      story.awaitedCallsBeforeContainment <= awaited,
      `${story.awaitedCallsBeforeContainment} calls were awaited before containment`,
    ],
    [story.transitions < transitions, `the run took ${story.transitions} transitions`],
  ];
  return checks.flatMap(([good, words]) => (good ? [] : [words]));
}

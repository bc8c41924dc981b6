import * as z from 'zod';
import { AuthorityDecision } from '../../../lib/domain/authority.ts';
import { Closing, closedAs } from '../../../lib/domain/closing.ts';
import { Finding } from '../../../lib/domain/finding/finding.ts';
import { type IncidentState, Run } from '../../../lib/domain/incident.ts';
import { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { type OnThreats, type Standing, standingLine, standingsOf } from '../../../lib/domain/standing.ts';
import { approvalItem, type MessageRef } from '../../../lib/items/approval.ts';
import { type BeforeState, beforeStateItem } from '../../../lib/items/before-state.ts';
import { incidentItem, partitionOf, type StoredIncident } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { type Receipt, receiptItem } from '../../../lib/items/receipt.ts';
import { parsed } from '../../../lib/record/items.ts';
import { threatsIn } from '../../../lib/record/threats.ts';
import { closeMessages, decisionLine, type Stored, storedOf, takeBack, threadIn } from '../../approval/approvals.ts';
import { waitingAmong } from '../../approval/start-release.ts';
import { lookAgain } from '../../clock/schedules.ts';
import { button, buttons, context, escaped, header, list, type Message } from '../../runtime/blocks.ts';
import { publish, tell } from '../../runtime/channels.ts';
import { sentence } from '../../runtime/errors.ts';
import { append } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { Target } from '../../targets/target.ts';
import { closeClaim, noteReleased, setState, settle } from '../closing.ts';
import { unwrittenFailures } from './failures.ts';
import {
  type Answers,
  besides,
  cameTo,
  type Ending,
  endingOf,
  type Failure,
  removalHeadline,
  whyNothingWasDone,
} from './plan.ts';

const Expected = z.object({
  step: z.string(),
  operation: z.string(),
  title: z.string(),
  phase: z.string(),
  question: z.string().optional(),
  asked: z.literal('where needed').optional(),
});

const Input = z.object({
  run: Run,
  /** Null where nothing is held that could be released. */
  target: Target.nullable(),
  finding: Finding.nullish(),
  plans: z.record(
    z.string(),
    z.object({
      authority: AuthorityDecision,
      question: z.object({ ifNobodyAnswers: z.string(), levers: z.array(z.unknown()).default([]) }),
    }),
  ),
  expected: z.array(Expected),
  afterwards: z.array(z.string()).default([]),
  /** What is closed: the whole response, or what was asked once it had closed. */
  part: z.enum(['response', 'eradication']).default('response'),
  /** Of a release: who asked for it, and as what the incident is to be closed with it. */
  closing: Closing.optional(),
  /** What the state machine has seen fail; one of an earlier version, which a run in flight keeps, hands on nothing. */
  failures: z.unknown().optional(),
});
type Input = z.infer<typeof Input>;

/** What a run is closed by, of all that is on record about its incident. */
interface OnRecord {
  /** How the incident stands, and how its runs ended. */
  readonly meta: Pick<StoredIncident, 'state' | 'ends' | 'resource'> | null;
  /** Questions of its other runs that nobody has answered. */
  readonly waiting: readonly Stored[];
  /** Its other runs whose response waits for an answer. */
  readonly urgent: readonly string[];
  /** Of this run, as the next two. */
  readonly approvals: readonly Stored[];
  readonly receipts: readonly Receipt[];
  readonly failures: readonly Failure[];
  /** What the incident still holds, by whichever run. */
  readonly held: readonly BeforeState[];
  /** How each threat of the incident stands, this run's last. */
  readonly threats: OnThreats | null;
  /** The first message about the incident: what is not asked is told under it. */
  readonly thread: MessageRef | null;
  /** What cannot be read, in words: people have to know that the judgement is without it. */
  readonly unread: readonly string[];
}

const Failed = LedgerEntry.pick({ act: true }).extend({
  kind: z.literal('failure'),
  detail: z.object({ run: z.string(), because: z.string() }),
});

/** Failures on the ledger of this run, the earliest first. */
const failuresIn = (items: readonly Item[], run: string): Failure[] =>
  parsed(items, entryItem, Failed).flatMap(({ act, detail }) =>
    act && detail.run === run ? [{ ...act, because: detail.because }] : [],
  );

function recordOf(items: readonly Item[], run: string): OnRecord {
  const [meta = null] = incidentItem.all(items);
  const approvals = approvalItem.sorted(items);
  const receipts = receiptItem.sorted(items);
  const states = beforeStateItem.sorted(items);
  return {
    meta,
    approvals: approvals.values.filter((one) => one.run === run).map(storedOf),
    waiting: approvals.values.filter((one) => one.run !== run && one.state === 'PENDING').map(storedOf),
    urgent: meta ? waitingAmong(items, meta).map((one) => one.run) : [],
    receipts: receipts.values.filter((one) => one.run === run),
    failures: failuresIn(items, run),
    held: states.values.filter(({ releasedAt }) => releasedAt === null),
    threats: meta && threatsIn(meta, items),
    thread: threadIn(approvals.values),
    unread: [approvals, receipts, states, entryItem.sorted(items)].flatMap(({ unread }) =>
      unread.map(({ because }) => `✗ ${because}`),
    ),
  };
}

function answersOf({ plans }: Input, approvals: readonly Stored[]): Answers {
  return Object.fromEntries(
    Object.entries(plans).map(([name, { authority, question }]) => {
      if (authority.kind === 'observe') return [name, 'observe'];
      if (authority.kind === 'standing') return [name, 'go'];
      const state = approvals.find(({ approval }) => approval.question === name)?.approval.state;
      return [
        name,
        state === 'APPROVED' || (state === 'EXPIRED' && question.ifNobodyAnswers === 'contain') ? 'go' : 'hold',
      ];
    }),
  );
}

const headline = {
  contained: '🟢 Contained and verified',
  open: '🔴 NOT FULLY CONTAINED',
  held: '🟡 Nothing was contained',
  released: '🟢 Released: everything is back as it was',
  closed: 'Closed',
} as const;

/** What a release has come to. Where nothing was let go the incident stands as it stood. */
const releaseHeadline = { ...headline, contained: '🔵 Nothing was released', open: '🔴 ONLY PARTLY RELEASED' } as const;

const headlineOf = ({ run }: Input, { state }: Ending): string =>
  run.playbook === 'release' ? releaseHeadline[state] : headline[state];

/** What of the incident is contained and what is not, by threat, once this run has ended. */
function standsOf({ run }: Input, { state }: Ending, { threats }: OnRecord, now: string): Standing[] {
  if (!threats) return [];
  const ended = { at: now, mode: run.mode };
  const runs = threats.runs.map((one) => (one.run === run.id ? { ...one, ended, end: state } : one));
  return standingsOf({ ...threats, runs });
}

/** What people call what it is about. */
const nameOf = ({ target }: Input, { meta }: OnRecord): string =>
  target?.id ?? meta?.resource.split(/[/:]/).at(-1) ?? 'what the incident was about';

/** What a run contained is no headline for an incident in which something else goes on. */
function headlineFor(input: Input, ending: Ending, stands: readonly Standing[]): string {
  const { closing } = input;
  if (closing?.as && ending.state === 'closed')
    return `⚪️ Closed ${closedAs[closing.as]} by ${closing.by} (${closing.reason})`;
  if (closing && ending.state === 'open' && ending.trouble.length === 0)
    return '🟠 Released, and another question of the incident still waits';
  const isWhole = input.run.playbook === 'release' || stands.every(({ state }) => state === 'held');
  if (ending.state !== 'contained' || isWhole) return headlineOf(input, ending);
  return `🟠 ${standingLine(stands)}`;
}

function summary(input: Input, ending: Ending, found: OnRecord, stands: readonly Standing[]): Message {
  const { run } = input;
  const { lines, trouble } = ending;
  const alone = whyNothingWasDone(Object.values(input.plans), ending.state);
  const head = `${headlineFor(input, ending, stands)}: ${nameOf(input, found)}`;
  const line = stands.length > 0 ? `; ${standingLine(stands)}` : '';
  const title = `${head}${alone ? `, ${alone}` : ''} (${run.incident})${line}`;
  const value = JSON.stringify({ incident: run.incident });
  const release = button({
    action: 'release',
    text: 'Release…',
    value,
    label: `Request the release of ${run.incident}`,
  });
  return {
    text: trouble.length > 0 ? `${title}. Needs attention: ${trouble.join(' | ')}` : title,
    blocks: [
      header(head),
      ...list(
        'What is contained, by threat',
        stands.map(({ types: [type], target: id, words }) => escaped(`${type} (${id}): ${words}`)),
      ),
      ...list('Why nothing was done', alone ? [escaped(alone)] : []),
      ...list('Needs attention', trouble.map(escaped)),
      ...list('What was done', lines.map(escaped)),
      ...list('Manual follow-up', input.afterwards.map(escaped), 'numbered'),
      ...(found.held.length > 0 ? [buttons(release)] : []),
      context(`${run.incident} · run ${run.id} · playbook ${run.playbook}`),
    ],
  };
}

/** Logs that were taken are looked at once more, since some come late. What forbids that is trouble, and holds nothing up. */
async function logsAgain(work: Work, { run, target, finding }: Input, { receipts }: OnRecord): Promise<string[]> {
  const taken = receipts.some(({ step, result }) => step === 'collect-logs' && result.outcome.endsWith('recorded'));
  if (!taken || !target || run.mode === 'observe') return [];
  try {
    await lookAgain(work, run, { operation: 'confirm', run, target, finding });
    return [];
  } catch (error) {
    return [`✗ logs that come late will not be looked for: ${sentence(error)}`];
  }
}

/** Judges a response, edits the question to its outcome, and tells people how it ended. */
async function closeResponse(work: Work, input: Input, found: OnRecord): Promise<Ending> {
  const { run } = input;
  const { approvals, receipts, failures, unread } = found;
  const judged = endingOf(input.expected, receipts, failures, answersOf(input, approvals));
  const again = await logsAgain(work, input, found);
  const ending = { ...judged, trouble: [...judged.trouble, ...unread, ...again] };
  await settle(work, run, ending.state);
  await report(work, input, ending, found);
  return ending;
}

async function report(work: Work, input: Input, ending: Ending, found: OnRecord): Promise<void> {
  const { run } = input;
  const { approvals } = found;
  const stands = standsOf(input, ending, found, work.now());
  const message = summary(input, ending, found, stands);
  // An end that nobody was asked about is told to everybody.
  const [thread = input.closing ? null : found.thread] = approvals.flatMap(({ messages }) => messages);
  const decided = approvals.filter(({ approval }) => approval.state === 'APPROVED' || approval.state === 'DECLINED');
  await Promise.all(
    decided.map((stored) =>
      closeMessages(work, stored, `${decisionLine(stored)}\n${headlineFor(input, ending, stands)}.`),
    ),
  );
  await tell(work, message, { thread, incident: run.incident });
  // Trouble must not end in a thread that nobody reads.
  if (ending.trouble.length > 0) await publish(work, message.text, message.text);
}

/** Judges what was to be removed once the response had closed, and tells people in the thread of its question. */
async function closeEradication(work: Work, input: Input, found: OnRecord): Promise<Ending> {
  const { run } = input;
  const { meta, approvals, receipts, failures, unread } = found;
  const { lines, ...judged } = endingOf(input.expected, receipts, failures, answersOf(input, approvals));
  const trouble = [...judged.trouble, ...unread];
  const ending: Ending = { state: cameTo(meta?.ends ?? {}, run.id), lines, trouble };
  // Nobody agreed to anything: the question itself says so.
  if (lines.length === 0 && trouble.length === 0) return ending;
  const asked = approvals.filter(({ approval }) =>
    input.expected.some(({ question }) => question === approval.question),
  );
  const [thread = null] = asked.flatMap(({ messages }) => messages);
  const head = `${removalHeadline(input.expected, receipts, trouble)}: ${nameOf(input, found)}`;
  const agreed = asked.filter(({ approval }) => approval.state === 'APPROVED');
  await Promise.all(agreed.map((stored) => closeMessages(work, stored, `${decisionLine(stored)}\n${head}.`)));
  const text = `${head} (${run.incident})`;
  const done = list('What was deleted', lines.map(escaped));
  await tell(
    work,
    { text, blocks: [header(head), ...done, context(`${run.incident} · run ${run.id}`)] },
    { thread, incident: run.incident },
  );
  if (trouble.length > 0) await publish(work, text, [text, ...trouble].join('\n'));
  return ending;
}

const Release = z.object({
  outcome: z.string(),
  diff: z.array(z.string()).default([]),
  because: z.string().optional(),
});

function releaseLine({ result }: Receipt): string {
  const { outcome, diff, because } = Release.parse(result);
  return [outcome, ...(because ? [because] : []), ...diff].join('; ');
}

/** Judges a release: closed only when every lever let go and the diff is empty. */
async function closeRelease(work: Work, input: Input, found: OnRecord): Promise<Ending> {
  const { run } = input;
  const { approvals, receipts, failures, held: still, unread } = found;
  const lines = receipts.map((one) => `${one.means === 'good' ? '✓' : '✗'} ${one.step}: ${releaseLine(one)}`);
  const whyStill = ({ step, of }: BeforeState): string => {
    const receipt = receipts.find((one) => one.step === step && one.of === of);
    const failure = failures.findLast((one) => one.step === step && (one.of === of || one.of === ''));
    const why = receipt ? releaseLine(receipt) : failure?.because;
    return why ? ` (${why})` : '';
  };
  const agreed = approvals.some(({ approval }) => approval.state === 'APPROVED');
  const holding = agreed ? still.map((one) => `✗ not released: ${one.title}${whyStill(one)}`) : [];
  const trouble = [...holding, ...unread, ...besides(failures)];
  const after = stateAfterRelease(found);
  const state = after === 'released' ? await end(work, input, found) : after;
  if (after !== 'released') await setState(work, run.incident, state);
  const ending: Ending = { state, lines, trouble };
  await report(work, input, ending, found);
  return ending;
}

/**
 * Nothing is held any more. Whoever closes it takes back what is still asked; otherwise a threat that is still asked about keeps the incident
 * open, and its resources.
 */
async function end(work: Work, { run, closing }: Input, { waiting, urgent }: OnRecord): Promise<IncidentState> {
  const { incident } = run;
  await noteReleased(work, incident, closing?.as ? [] : urgent);
  if (closing?.as) {
    const because = `the incident was closed ${closedAs[closing.as]} by ${closing.by}: ${closing.reason}`;
    for (const one of waiting) await takeBack(work, one, closing.by, because);
    await closeClaim(work, incident, 'closed');
    return 'closed';
  }
  if (urgent.length > 0) return 'open';
  await closeClaim(work, incident, 'released');
  return 'released';
}

/** A lever let go in an earlier attempt counts too: what is held only in part is not contained. */
function stateAfterRelease({ meta, held, receipts, unread }: OnRecord): IncidentState {
  // What cannot be read may be held.
  if (held.length === 0 && unread.length === 0) return 'released';
  if (receipts.some(({ result }) => result.outcome === 'released')) return 'open';
  return meta?.state ?? 'open';
}

function closerOf({ part, run }: Input): typeof closeResponse {
  if (part === 'eradication') return closeEradication;
  return run.playbook === 'release' ? closeRelease : closeResponse;
}

export const handler = serveEntrance(async (event, work) => {
  const input = Input.parse(event);
  const { run } = input;
  const items = await work.table.query(partitionOf(run.incident));
  const found = recordOf(items, run.id);
  const unwritten = unwrittenFailures(run.id, input.target, input.failures, found);
  for (const { entry } of unwritten) await append(work.table, run.incident, entry);
  const failures = [...found.failures, ...unwritten.map(({ failure }) => failure)];
  // What is removed comes after the response, in the same run; each is judged by its own.
  const own = failures.filter(({ phase }) => (phase === 'eradicate') === (input.part === 'eradication'));
  const ending = await closerOf(input)(work, input, { ...found, failures: own });
  const stands = standingLine(standsOf(input, ending, found, work.now()));
  const part = input.part === 'eradication' ? `what ${run.playbook} removed` : run.playbook;
  const what = `${part} ended: ${ending.state}${stands && `; ${stands}`}`;
  await append(work.table, run.incident, {
    kind: 'closed',
    actor: 'close-out',
    what,
    detail: { run: run.id, ...ending, stands },
  });
  return { outcome: 'closed', state: ending.state, trouble: ending.trouble };
});

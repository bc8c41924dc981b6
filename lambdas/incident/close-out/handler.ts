import * as z from 'zod';
import { AuthorityDecision } from '../../../lib/domain/authority.ts';
import { actOf, meaningOf } from '../../../lib/domain/earlier-entries.ts';
import { Finding } from '../../../lib/domain/finding/finding.ts';
import { IncidentState, Run } from '../../../lib/domain/incident.ts';
import { LedgerEntry } from '../../../lib/domain/ledger.ts';
import { Meaning } from '../../../lib/domain/outcome.ts';
import { parsed } from '../../../lib/record/items.ts';
import { closeMessages, decisionLine, type Stored, storedFrom } from '../../approval/approvals.ts';
import { button, buttons, context, escaped, header, list, type Message } from '../../runtime/blocks.ts';
import { publish, tell } from '../../runtime/channels.ts';
import { append } from '../../runtime/ledger.ts';
import { pipeline, type Work } from '../../runtime/pipeline.ts';
import type { Item, Key } from '../../runtime/table.ts';
import { Target, targetArn } from '../../targets/target.ts';
import { closeClaim, setState, settle } from '../closing.ts';
import {
  type Answers,
  cameTo,
  type Ending,
  endingOf,
  type Failure,
  type Receipt,
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
  target: Target,
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
});
type Input = z.infer<typeof Input>;

const starting = (items: readonly Item[], prefix: string): Item[] =>
  items.filter(({ sk }) => String(sk).startsWith(prefix));

const Failed = LedgerEntry.pick({ what: true, act: true }).extend({
  kind: z.literal('failure'),
  detail: z.object({ run: z.string(), because: z.string() }),
});

/** Failures on the ledger of this run, the earliest first. */
const failuresIn = (items: readonly Item[], run: string): Failure[] =>
  parsed(items, 'LEDGER#', Failed).flatMap(({ detail, ...entry }) => {
    const act = actOf(entry);
    return act && detail.run === run ? [{ ...act, because: detail.because }] : [];
  });

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

function summary(input: Input, ending: Ending, holds: boolean): Message {
  const { run, target } = input;
  const { lines, trouble } = ending;
  const alone = whyNothingWasDone(Object.values(input.plans), ending.state);
  const head = `${headlineOf(input, ending)}: ${target.id}`;
  const title = `${head}${alone ? `, ${alone}` : ''} (${run.incident})`;
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
      ...list('Why nothing was done', alone ? [escaped(alone)] : []),
      ...list('Needs attention', trouble.map(escaped)),
      ...list('What was done', lines.map(escaped)),
      ...list('Manual follow-up', input.afterwards.map(escaped), 'numbered'),
      ...(holds ? [buttons(release)] : []),
      context(`${run.incident} · run ${run.id} · playbook ${run.playbook}`),
    ],
  };
}

/** Judges a response, edits the question to its outcome, and tells people how it ended. */
async function closeResponse(work: Work, input: Input, items: Item[]): Promise<Ending> {
  const { run } = input;
  const approvals = starting(items, `APPROVAL#${run.id}#`).map((item) => storedFrom(item as unknown as Key, item));
  const receipts = starting(items, `RECEIPT#${run.id}#`) as unknown as Receipt[];
  const ending = endingOf(input.expected, receipts, failuresIn(items, run.id), answersOf(input, approvals));
  const holds = starting(items, 'BEFORE#').some(({ releasedAt }) => releasedAt === null);
  await settle(work, run, ending.state);
  await report(work, input, ending, approvals, holds);
  return ending;
}

async function report(work: Work, input: Input, ending: Ending, approvals: Stored[], holds: boolean): Promise<void> {
  const message = summary(input, ending, holds);
  const [thread = null] = approvals.flatMap(({ messages }) => messages);
  const decided = approvals.filter(({ approval }) => approval.state === 'APPROVED' || approval.state === 'DECLINED');
  await Promise.all(
    decided.map((stored) => closeMessages(work, stored, `${decisionLine(stored)}\n${headlineOf(input, ending)}.`)),
  );
  await tell(work, message, { thread });
  // Trouble must not end in a thread that nobody reads.
  if (ending.trouble.length > 0) await publish(work, message.text, message.text);
}

/** Judges what was to be removed once the response had closed, and tells people in the thread of its question. */
async function closeEradication(work: Work, input: Input, items: Item[]): Promise<Ending> {
  const { run, target } = input;
  const approvals = starting(items, `APPROVAL#${run.id}#`).map((item) => storedFrom(item as unknown as Key, item));
  const receipts = starting(items, `RECEIPT#${run.id}#`) as unknown as Receipt[];
  const { lines, trouble } = endingOf(input.expected, receipts, failuresIn(items, run.id), answersOf(input, approvals));
  const state = cameTo(items.find(({ sk }) => sk === 'META')?.ends, run.id);
  const ending: Ending = { state, lines, trouble };
  // Nobody agreed to anything: the question itself says so by now.
  if (lines.length === 0) return ending;
  const asked = approvals.filter(({ approval }) =>
    input.expected.some(({ question }) => question === approval.question),
  );
  const [thread = null] = asked.flatMap(({ messages }) => messages);
  const head = `${removalHeadline(input.expected, receipts, trouble)}: ${target.id}`;
  const agreed = asked.filter(({ approval }) => approval.state === 'APPROVED');
  await Promise.all(agreed.map((stored) => closeMessages(work, stored, `${decisionLine(stored)}\n${head}.`)));
  const text = `${head} (${run.incident})`;
  const done = list('What was deleted', lines.map(escaped));
  await tell(work, { text, blocks: [header(head), ...done, context(`${run.incident} · run ${run.id}`)] }, { thread });
  if (trouble.length > 0) await publish(work, text, [text, ...trouble].join('\n'));
  return ending;
}

const ReleaseReceipt = z.object({
  step: z.string(),
  operation: z.string(),
  of: z.string(),
  means: Meaning.optional(),
  result: z.object({ outcome: z.string(), diff: z.array(z.string()).default([]), because: z.string().optional() }),
});
type ReleaseReceipt = z.infer<typeof ReleaseReceipt>;

const releaseLine = ({ result: { outcome, diff, because } }: ReleaseReceipt): string =>
  [outcome, ...(because ? [because] : []), ...diff].join('; ');

const isGood = ({ means, result }: ReleaseReceipt): boolean => meaningOf(result.outcome, means) === 'good';

/** Judges a release: closed only when every lever let go and the diff is empty. */
async function closeRelease(work: Work, input: Input, items: Item[]): Promise<Ending> {
  const { run } = input;
  const approvals = starting(items, `APPROVAL#${run.id}#`).map((item) => storedFrom(item as unknown as Key, item));
  const still = starting(items, 'BEFORE#').filter(({ releasedAt }) => releasedAt === null);
  const failures = failuresIn(items, run.id);
  const receipts = starting(items, `RECEIPT#${run.id}#`).map((item) => ReleaseReceipt.parse(item));
  const lines = receipts.map((one) => `${isGood(one) ? '✓' : '✗'} ${one.step}: ${releaseLine(one)}`);
  const whyStill = ({ step, target }: Item): string => {
    const arn = targetArn(Target.parse(target));
    const receipt = receipts.find((one) => one.step === step && one.of === arn);
    const failure = failures.findLast(
      (one) => one.step === step && one.operation === 'release' && (one.of === arn || one.of === ''),
    );
    const why = receipt ? releaseLine(receipt) : failure?.because;
    return why ? ` (${why})` : '';
  };
  const agreed = approvals.some(({ approval }) => approval.state === 'APPROVED');
  const trouble = agreed ? still.map((one) => `✗ not released:  ${one.title}${whyStill(one)}`) : [];
  const state = stateAfterRelease(items, still, receipts);
  if (state === 'released') await closeClaim(work, run.incident);
  else await setState(work, run.incident, state);
  const ending: Ending = { state, lines, trouble };
  await report(work, input, ending, approvals, still.length > 0);
  return ending;
}

/** A lever let go in an earlier attempt counts too: what is held only in part is not contained. */
function stateAfterRelease(
  items: readonly Item[],
  still: readonly Item[],
  receipts: readonly ReleaseReceipt[],
): IncidentState {
  if (still.length === 0) return 'released';
  if (receipts.some(({ result }) => result.outcome === 'released')) return 'open';
  return IncidentState.catch('open').parse(items.find(({ sk }) => sk === 'META')?.state);
}

function closerOf({ part, run }: Input): typeof closeResponse {
  if (part === 'eradication') return closeEradication;
  return run.playbook === 'release' ? closeRelease : closeResponse;
}

export const handler = pipeline(async (event, work) => {
  const input = Input.parse(event);
  const { run } = input;
  const items = await work.table.query(`INC#${run.incident}`);
  const ending = await closerOf(input)(work, input, items);
  const what = `${input.part === 'eradication' ? `what ${run.playbook} removed` : run.playbook} ended: ${ending.state}`;
  await append(work.table, run.incident, {
    kind: 'closed',
    actor: 'close-out',
    what,
    detail: { run: run.id, ...ending },
  });
  return { outcome: 'closed', state: ending.state, trouble: ending.trouble };
});

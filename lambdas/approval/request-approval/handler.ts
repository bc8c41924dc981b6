import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { playbooksFitting } from '../../../lib/domain/answering.ts';
import { type Approval, Offer } from '../../../lib/domain/approval.ts';
import { Finding, isSequence } from '../../../lib/domain/finding/finding.ts';
import { Plan, Run } from '../../../lib/domain/incident.ts';
import { atLeast } from '../../../lib/domain/severity.ts';
import { approvalItem, pointerItem } from '../../../lib/items/approval.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import type { Message } from '../../runtime/blocks.ts';
import { tell } from '../../runtime/channels.ts';
import { append, hashOf } from '../../runtime/ledger.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { Conflict } from '../../runtime/table.ts';
import { holdersIn, suspectsIn, Target, targetArn } from '../../targets/target.ts';
import { closeMessages, handOver, type Stored, sealToken, storedOf, threadIn } from '../approvals.ts';
import { details } from './details.ts';
import { evidenceTrouble } from './evidence.ts';
import { furtherMessage, type QuestionContent, question } from './question.ts';

const Comparison = z.object({
  comparison: z
    .object({ toPutBack: z.array(z.string()), changedMeanwhile: z.array(z.string()) })
    .partial()
    .nullish(),
});

/** An error as Step Functions hands it on; of a Lambda function the cause is JSON with its words (Step Functions guide, "Error handling"). */
const Unprepared = z.looseObject({ Error: z.string().default(''), Cause: z.string().default('') });

function whyUnprepared({ Error: name, Cause }: z.infer<typeof Unprepared>): string {
  try {
    return z.object({ errorMessage: z.string() }).parse(JSON.parse(Cause)).errorMessage;
  } catch {
    return name || 'no reason given';
  }
}

const Input = z.object({
  operation: z.enum(['ask', 'escalate', 'expire']),
  run: Run,
  target: Target,
  finding: Finding.nullish(),
  plan: Plan,
  blast: z
    .looseObject({
      facts: z.array(z.string()).optional(),
      unknown: z.array(z.string()).optional(),
      lines: z.array(z.string()).optional(),
    })
    .nullish(),
  comparisons: z.array(Comparison).nullish(),
  /** What became of the preparation of each lever that takes one, by its name. */
  prepared: z.record(z.string(), z.looseObject({ failed: Unprepared.optional() }).nullable()).nullish(),
  token: z.string().optional(),
});
type Input = z.infer<typeof Input>;

const asked = (input: Input, approval: Approval, evidence: readonly string[]): QuestionContent => {
  const comparisons = (input.comparisons ?? []).map(({ comparison }) => comparison ?? {});
  return {
    approval,
    plan: input.plan,
    target: input.target,
    finding: input.finding ?? null,
    blast: { facts: input.blast?.facts ?? [], unknown: input.blast?.unknown ?? [] },
    unprepared: input.plan.question.levers.flatMap(({ name, title }) => {
      const failed = input.prepared?.[name]?.failed;
      return failed ? [`${title} (${whyUnprepared(failed)})`] : [];
    }),
    evidence,
    goes: input.plan.question.kind === 'eradicate' ? (input.blast?.lines ?? []) : [],
    comparison: {
      toPutBack: comparisons.flatMap(({ toPutBack = [] }) => toPutBack),
      changedMeanwhile: comparisons.flatMap(({ changedMeanwhile = [] }) => changedMeanwhile),
    },
  };
};

const secondsFrom = (now: string, seconds: number): string => new Date(Date.parse(now) + seconds * 1000).toISOString();

/** Single levers may be chosen where several are taken; what is released or deleted is asked about as a whole. */
const offersOf = (
  { question: { levers, kind, name, picks }, further = [] }: Plan,
  target: Target,
): Approval['offers'] => {
  const fitting = picks ? playbooksFitting(target.kind) : [];
  if (fitting.length > 0) return fitting.map((one) => ({ name: one, title: one }));
  const offers = [...levers, ...further].map((lever) => Offer.parse(lever));
  return offers.length > 1 && kind !== 'eradicate' && name !== 'release' ? offers : null;
};

function fresh({ run, plan, target, finding, blast }: Input, now: string): Approval {
  return {
    id: randomBytes(16).toString('hex'),
    incident: run.incident,
    run: run.id,
    account: target.account,
    question: plan.question.name,
    about: target.id,
    state: 'PENDING',
    planHash: plan.hash,
    shownHash: blast ? hashOf(blast) : null,
    needs: plan.authority.kind === 'ask-two' ? 'two' : 'one',
    decisions: [],
    offers: offersOf(plan, target),
    picks: plan.question.picks ?? null,
    askedAt: now,
    // Silence is counted twice: once here, once in the second channel.
    expiresAt: secondsFrom(now, (plan.question.climbs ?? plan.question.within) + plan.question.within),
    // A log has no credentials: in doubt is whoever switched it off.
    suspects: [...suspectsIn(target), ...(target.kind === 'log' && finding ? holdersIn(finding) : [])],
    requestedBy: plan.requestedBy ?? null,
    // What is deleted for good is agreed to by itself.
    ...(finding && isSequence(finding) && plan.question.kind !== 'eradicate' && { sequence: finding.id }),
  };
}

async function load(work: Work, input: Input): Promise<Stored> {
  const of = [input.run.incident, input.run.id, input.plan.question.name] as const;
  const key = approvalItem.key(...of);
  const standing = await approvalItem.find(work.table, ...of);
  if (standing) return storedOf(standing);
  const approval = fresh(input, work.now());
  const pointer = pointerItem.item({ target: key.pk, targetSk: key.sk }, approval.id);
  const what = `asked "${approval.question}"`;
  const detail = {
    approval: approval.id,
    plan: approval.planHash,
    needs: approval.needs,
    authority: input.plan.authority,
  };
  const entry = { kind: 'asked', actor: 'request-approval', what, detail } as const;
  // An attempt that died here and its replay write the same question once: the condition lets only one of them be.
  await append(work.table, approval.incident, entry, (TableName) => [
    {
      Put: {
        TableName,
        Item: approvalItem.item({ ...approval, messages: [] }, ...of),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    { Put: { TableName, Item: pointer } },
  ]);
  return { key, approval, messages: [], posted: null, token: null };
}

/** What is wrong with it so far. Nobody waits for a question because this cannot be read. */
const evidenceOf = ({ table }: Work, incident: string): Promise<string[]> =>
  table
    .query(partitionOf(incident), entryItem.prefix)
    .then((items) => evidenceTrouble(entryItem.all(items)))
    .catch((error: unknown) => {
      logger.error('What became of the evidence could not be read', error as Error);
      return [];
    });

/** Asks, or asks again in the second channel. The run waits on the token; a decision taken meanwhile is handed over at once. */
async function ask(work: Work, input: Input): Promise<void> {
  const stored = await load(work, input);
  const { key, approval } = stored;
  if (!input.token) throw new TypeError('Tourniquet: a question needs the task token of its state.');
  const [token, evidence] = await Promise.all([
    sealToken(work, approval.id, input.token),
    evidenceOf(work, approval.incident),
  ]);
  const again = input.operation === 'escalate';
  const content = asked(input, approval, evidence);
  const message = question(content, again ? 'again' : 'first');
  const rest = details(content);
  // Somebody is on it: the run waits on, the question names them still, and nobody else is woken.
  const owned = again && approval.owner ? stored.posted : null;
  // With the words of the question, so that whoever answers by command line reads the same, Slack or not.
  await work.table.update(key, {
    UpdateExpression: 'SET #token = :token, posted = :message, details = :details',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': token, ':message': owned ?? message, ':details': rest },
  });
  if (approval.state !== 'PENDING') return handOver(work, { ...stored, token });
  if (again ? approval.owner : stored.messages.length > 0) return;
  const ref = await tell(work, message, placeOf(input, rest)).catch((error: unknown) => {
    // The question stands in the table all the same, and the command line can answer it.
    logger.error('The question could not be posted', error as Error);
    return null;
  });
  if (!ref) return;
  if (input.plan.already && !again) await announce(work, input);
  await work.table.update(key, {
    UpdateExpression: 'SET messages = list_append(messages, :ref)',
    ExpressionAttributeValues: { ':ref': [ref] },
  });
}

const placeOf = (input: Input, rest: Message) => ({
  channel: input.operation === 'escalate' ? ('escalation' as const) : ('main' as const),
  rest,
  wakes: wakes(input),
  incident: input.run.incident,
  about: targetArn(input.target),
  question: { run: input.run.id, name: input.plan.question.name },
});

/** A question rings a person; from HIGH up those too who only have a pager. */
const wakes = ({ finding }: Input) =>
  atLeast(finding?.severity ?? null, 'high') ? ('on call and pagers' as const) : ('on call' as const);

/** A further question of an incident is told under its first message too: whoever follows that would miss it. */
async function announce(work: Work, { run, finding }: Input): Promise<void> {
  const items = await work.table.query(partitionOf(run.incident), approvalItem.prefix);
  const thread = threadIn(approvalItem.all(items));
  if (!thread || !finding) return;
  await tell(work, furtherMessage(finding, run), { thread, incident: run.incident }).catch((error: unknown) =>
    logger.error('The thread of the incident did not take the message', error as Error),
  );
}

const expiredLine = (silence: 'hold' | 'contain'): string =>
  `⌛ Nobody answered. ${silence === 'hold' ? 'Nothing was changed; evidence is kept.' : 'Going ahead, as the playbook says.'}`;

/** Closes a question nobody answered; the one conditional write decides against a click in the same second. */
async function expire(work: Work, input: Input): Promise<{ verdict: string }> {
  const stored = await load(work, input);
  const { key, approval } = stored;
  if (approval.state === 'PENDING') {
    const update = {
      Key: key,
      UpdateExpression: 'SET #state = :expired REMOVE #token',
      ConditionExpression: '#state = :pending',
      ExpressionAttributeNames: { '#state': 'state', '#token': 'token' },
      ExpressionAttributeValues: { ':expired': 'EXPIRED', ':pending': 'PENDING' },
    };
    const what = `nobody answered "${approval.question}": ${input.plan.question.ifNobodyAnswers}`;
    const entry = { kind: 'decision', actor: 'silence', what, detail: { approval: approval.id } } as const;
    try {
      await append(work.table, approval.incident, entry, (TableName) => [{ Update: { TableName, ...update } }]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return expire(work, input);
    }
    await closeMessages(work, stored, expiredLine(input.plan.question.ifNobodyAnswers));
  }
  const silent = input.plan.question.ifNobodyAnswers === 'contain' ? 'CONTAIN' : 'HOLD';
  const decided = approval.state !== 'PENDING' && approval.state !== 'EXPIRED';
  return { verdict: decided ? approval.state : silent };
}

export const handler = serveEntrance(async (event, work) => {
  const input = Input.parse(event);
  return input.operation === 'expire' ? expire(work, input) : ask(work, input);
});

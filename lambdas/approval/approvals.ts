import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  type Approval,
  type Attempt,
  agreedLevers,
  type Decision,
  namedLevers,
  notTakenOver,
  objection,
  personOf,
  signer,
  stateAfter,
} from '../../lib/domain/approval.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { approvalItem, type MessageRef, pointerItem, type StoredApproval } from '../../lib/items/approval.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { answered, escaped, headed, type Posted, section } from '../runtime/blocks.ts';
import { edit } from '../runtime/channels.ts';
import { decidedLine } from '../runtime/decided-line.ts';
import { environment } from '../runtime/environment.ts';
import { append } from '../runtime/ledger.ts';
import { logger, type Work } from '../runtime/pipeline.ts';
import { approversFor } from '../runtime/settings.ts';
import { Conflict } from '../runtime/table.ts';

/** An approval as it lies in the table: the record, its Slack messages, and the encrypted task token until it is used. */
export interface Stored {
  readonly key: Key;
  readonly approval: Approval;
  readonly messages: readonly MessageRef[];
  /** The question as it was posted, to be edited to its outcome. */
  readonly posted: Posted | null;
  readonly token: string | null;
}

export function storedOf({ messages, posted, token, ...approval }: StoredApproval): Stored {
  const key = approvalItem.key(approval.incident, approval.run, approval.question);
  return { key, approval, messages, posted: posted ?? null, token: token ?? null };
}

/** The first message of an incident: what belongs to it and is no question is told under it. */
export const threadIn = (approvals: readonly StoredApproval[]): MessageRef | null =>
  approvals.toSorted((a, b) => a.askedAt.localeCompare(b.askedAt)).flatMap(({ messages }) => messages)[0] ?? null;

/** A task token is a bearer right to continue the run: it is stored encrypted, bound to its approval, and never leaves the account. */
export async function sealToken(work: Work, approval: string, token: string): Promise<string> {
  const { CiphertextBlob = new Uint8Array() } = await work.client(KMSClient).send(
    new EncryptCommand({
      KeyId: environment('TOKEN_KEY'),
      Plaintext: Buffer.from(token),
      EncryptionContext: { approval },
    }),
  );
  return Buffer.from(CiphertextBlob).toString('base64');
}

/** Continues the waiting run with the verdict, then deletes the token. A run that no longer waits is no error: its time was up. */
export async function handOver(work: Work, { key, approval, token }: Stored): Promise<void> {
  if (!token) return;
  const { Plaintext = new Uint8Array() } = await work.client(KMSClient).send(
    new DecryptCommand({
      KeyId: environment('TOKEN_KEY'),
      CiphertextBlob: Buffer.from(token, 'base64'),
      EncryptionContext: { approval: approval.id },
    }),
  );
  const taskToken = Buffer.from(Plaintext).toString();
  const output = JSON.stringify({
    verdict: approval.state,
    by: approval.decisions.map(({ by }) => by),
    levers: approval.levers ?? null,
  });
  const states = work.client(SFNClient);
  try {
    await states.send(new SendTaskSuccessCommand({ taskToken, output }));
  } catch (error) {
    const { name } = error as Error;
    if (name !== 'TaskTimedOut' && name !== 'TaskDoesNotExist' && name !== 'InvalidToken') throw error;
    logger.warn('The run no longer waits for this decision', { approval: approval.id, error: name });
  }
  const removal = {
    UpdateExpression: 'REMOVE #token',
    ConditionExpression: '#token = :token',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': token },
  };
  await work.table.update(key, removal).catch((error: Error) => {
    // A second click at the same moment delivers too: whoever comes later finds the token used and gone.
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}

/** Finds an approval by the opaque id that Slack and the command line know. */
export async function findApproval(work: Work, opaque: string): Promise<Stored> {
  const pointer = await pointerItem.find(work.table, opaque);
  const item = pointer && (await work.table.get({ pk: pointer.target, sk: pointer.targetSk }));
  if (!item) throw new Refused('There is no such question. Copy the id from the message.');
  return storedOf(approvalItem.read(item));
}

/**
 * Takes a decision: the same rules and the same one conditional write, whichever way it comes. Decision and ledger entry are written
 * together; only then does the run go on. Returns the approval as it stands afterwards; throws Refused with words for the person.
 */
export async function decide(work: Work, opaque: string, attempt: Attempt, via: Decision['via']): Promise<Stored> {
  const found = await findApproval(work, opaque);
  const because = objection(found.approval, attempt);
  if (because) {
    // Decided, but the run was never told: whoever clicks next delivers it.
    if (found.token && ['APPROVED', 'DECLINED', 'SUPERSEDED'].includes(found.approval.state))
      await handOver(work, found);
    throw new Refused(because);
  }
  const { approver, verdict, reason, now, hours } = attempt;
  const levers = namedLevers(found.approval, attempt);
  const people = await approversFor(work, approver, found.approval.account);
  const until = hours && new Date(Date.parse(now) + hours * 3_600_000).toISOString();
  const person = personOf(approver);
  const who = { by: approver.name, ...(person && { person }), via };
  const decision: Decision = {
    verdict,
    ...who,
    at: now,
    reason,
    ...(until && { until }),
    ...(levers && { levers: [...levers] }),
  };
  const decided = await write(work, found, decision, people);
  if (decided.approval.state !== 'PENDING') await handOver(work, decided);
  return decided;
}

/** Wider questions whose levers were ticked with this one, as answered by the same people: nobody is asked them again. */
function answeredWith(approval: Approval): Item[] {
  const questions = Map.groupBy(approval.offers ?? [], ({ of }) => of?.question);
  return [...questions].flatMap(([question, offers]) => {
    const [plan] = offers.flatMap(({ of }) => of?.plan ?? []);
    const own = offers.map(({ name, title }) => ({ name, title }));
    const levers = own.map(({ name }) => name).filter((name) => approval.levers?.includes(name));
    if (!question || !plan || levers.length === 0) return [];
    const answered: Approval = {
      ...approval,
      id: `${approval.id}-${question}`,
      question,
      planHash: plan,
      offers: own,
      levers: levers.length < own.length ? levers : null,
    };
    return [approvalItem.item({ ...answered, messages: [] }, approval.incident, approval.run, question)];
  });
}

/** A yes counts as long as the person is an approver: one who was removed since has to be replaced by another. */
async function write(work: Work, found: Stored, decision: Decision, people: readonly string[]): Promise<Stored> {
  const { approval, key } = found;
  const counting = approval.decisions.filter(({ by }) => people.includes(by));
  const state = stateAfter({ ...approval, decisions: counting }, decision.verdict);
  const decisions = [...approval.decisions, decision];
  const levers = state === 'APPROVED' ? agreedLevers(approval, [...counting, decision]) : null;
  const what = `${decision.verdict.toLowerCase()} "${approval.question}" via ${decision.via}`;
  const detail = { approval: approval.id, plan: approval.planHash, decision, state, ...(levers && { levers }) };
  const wider = state === 'APPROVED' ? answeredWith({ ...approval, state, decisions, levers }) : [];
  const update = {
    Key: key,
    UpdateExpression: 'SET #state = :state, decisions = :decisions, levers = :levers',
    ConditionExpression: '#state = :pending AND size(decisions) = :seen',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': state,
      ':decisions': decisions,
      ':levers': levers,
      ':pending': 'PENDING',
      ':seen': approval.decisions.length,
    },
  };
  try {
    const entry = { kind: 'decision', actor: signer(decision.by, decision.person), what, detail } as const;
    await append(work.table, approval.incident, entry, (TableName) => [
      { Update: { TableName, ...update } },
      ...wider.map((Item) => ({ Put: { TableName, Item } })),
    ]);
  } catch (error) {
    if (error instanceof Conflict) throw new Refused('Someone else decided a moment before you.', { cause: error });
    throw error;
  }
  return { ...found, approval: { ...approval, state, decisions, levers } };
}

/** The question, with who is on it in its first line. */
function ownedBy(posted: Posted, name: string): Posted {
  const [first, ...others] = headed(posted, `👤 ${name} is on it`).blocks;
  const told = section(
    `👤 *${escaped(name)}* took over: the second channel is not asked. Any approver may still answer.`,
  );
  return { ...posted, blocks: [...(first ? [first] : []), told, ...others] };
}

/**
 * Notes that a person is on it: the question names them first and climbs no further; its deadline stays, and anybody may answer. Returns the
 * approval as it stands afterwards; throws Refused with words for the person.
 */
export async function takeOver(
  work: Work,
  opaque: string,
  { approver, now }: Pick<Attempt, 'approver' | 'now'>,
  via: Decision['via'],
): Promise<Stored> {
  const found = await findApproval(work, opaque);
  const because = notTakenOver(found.approval, { approver, now });
  if (because) throw new Refused(because);
  const { approval, key, posted } = found;
  await approversFor(work, approver, approval.account);
  const person = personOf(approver);
  const owner = { by: approver.name, ...(person && { person }), via, at: now };
  const shown = posted && ownedBy(posted, signer(approver.name, person));
  const update = {
    Key: key,
    UpdateExpression: 'SET #owner = :owner, posted = :posted',
    ConditionExpression: '#state = :pending AND attribute_not_exists(#owner)',
    ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
    ExpressionAttributeValues: { ':owner': owner, ':posted': shown, ':pending': 'PENDING' },
  };
  const what = `took over "${approval.question}" via ${via}`;
  const actor = signer(owner.by, person);
  const entry = { kind: 'decision', actor, what, detail: { approval: approval.id, owner } } as const;
  try {
    await append(work.table, approval.incident, entry, (TableName) => [{ Update: { TableName, ...update } }]);
  } catch (error) {
    if (error instanceof Conflict) throw new Refused('Someone else was a moment before you.', { cause: error });
    throw error;
  }
  const taken = { ...found, approval: { ...approval, owner }, posted: shown };
  if (shown) await Promise.all(taken.messages.map((ref) => edit(work, ref, shown)));
  return taken;
}

/**
 * Takes back a question that nobody has answered: what it was about is closed. Its run goes on as after a no; an answer in the same moment
 * wins, and stays.
 */
export async function takeBack(work: Work, found: Stored, by: string, because: string): Promise<void> {
  const { approval, key } = found;
  const update = {
    Key: key,
    UpdateExpression: 'SET #state = :withdrawn',
    ConditionExpression: '#state = :pending',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':withdrawn': 'SUPERSEDED', ':pending': 'PENDING' },
  };
  const what = `withdrew "${approval.question}": ${because}`;
  const entry = { kind: 'decision', actor: by, what, detail: { approval: approval.id } } as const;
  try {
    await append(work.table, approval.incident, entry, (TableName) => [{ Update: { TableName, ...update } }]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return;
  }
  const withdrawn = { ...found, approval: { ...approval, state: 'SUPERSEDED' as const } };
  await handOver(work, withdrawn);
  await closeMessages(work, withdrawn, `🚫 Withdrawn: ${escaped(because)}. Nothing was changed.`);
}

/** Edits every copy of a question to its outcome, without buttons. */
export async function closeMessages(work: Work, { messages, posted }: Stored, line: string): Promise<void> {
  if (!posted) return;
  await Promise.all(messages.map((ref) => edit(work, ref, answered(posted, line))));
}

/** What the channel reads once a decision is taken. */
export const decisionLine = ({ approval }: Stored): string => decidedLine(approval);

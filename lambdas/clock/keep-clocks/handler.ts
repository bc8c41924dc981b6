import * as z from 'zod';
import { type Deciding, personOf, signer } from '../../../lib/domain/approval.ts';
import { FieldStatement } from '../../../lib/domain/report/field-statement.ts';
import { answer, Id, Short } from '../../runtime/approver.ts';
import { entering } from '../../runtime/check.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { readClocks } from '../clocks.ts';
import { FilingWords, file, Words, withdraw } from '../filing.ts';
import { keptUntil } from '../hold-evidence.ts';
import { setFact } from '../set-clocks.ts';
import { ClaimRequest, noteClaim } from './claims.ts';
import { keepClocks } from './entrance.ts';
import { stateFields } from './fields.ts';
import { tryToHold } from './locks.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

const named = { incident: Id, regime: Short, report: Short.nullish() };

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('fact'), incident: Id, fact: Short, reason: Words }),
  z.strictObject({ action: z.literal('filed'), ...named, ...FilingWords.shape }),
  z.strictObject({ action: z.literal('withdraw'), ...named, reason: Words }),
  z.strictObject({
    action: z.literal('field'),
    incident: Id,
    reason: Words.nullish(),
    // As many as DynamoDB writes in one transaction, less the ledger's own (its quotas: 100).
    words: z.array(FieldStatement).min(1).max(97),
  }),
  ClaimRequest,
]);
type Request = z.infer<typeof Request>;
type Filing = Extract<Request, { action: 'filed' }>;

/** The filing first, then the locks: they follow from what is on record. */
async function fileAndHold(work: Work, request: Filing, by: string): Promise<object> {
  const { incident } = request;
  const { regime, report, ...changed } = await file(work, request, { by, via: 'command-line' });
  const { obligations } = await readClocks(work, incident);
  const until = keptUntil(obligations, regime, work.now());
  return { ...changed, locks: await tryToHold(work, { incident, until, by, filed: { regime, report } }) };
}

async function act(work: Work, request: Request, approver: Deciding): Promise<object> {
  const by = signer(approver.name, personOf(approver));
  if (request.action === 'filed') return fileAndHold(work, request, by);
  if (request.action === 'field') return stateFields(work, request, by);
  if (request.action === 'claim') return noteClaim(work, request, by);
  const person = { by, reason: request.reason, via: 'command-line' } as const;
  if (request.action === 'withdraw') return withdraw(work, request, person);
  return setFact(work, request.incident, request.fact, person);
}

export const handler = serveEntrance(
  (event, work) => answer(event, work, (asked, approver) => act(work, Request.parse(asked), approver)),
  attempts,
  entering(keepClocks.operations),
);

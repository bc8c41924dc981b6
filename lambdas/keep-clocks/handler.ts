import * as z from 'zod';
import type { Approver } from '../../lib/domain/approval.ts';
import { Word } from '../../lib/domain/report/word.ts';
import { answer } from '../runtime/approver.ts';
import { readClocks } from '../runtime/clocks.ts';
import { pipeline, type Work } from '../runtime/pipeline.ts';
import { setFact } from '../runtime/set-clocks.ts';
import { stateFields } from './fields.ts';
import { file, withdraw } from './filing.ts';
import { keptUntil, tryToExtend } from './locks.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

const words = z.string().trim().min(1).max(1000);
const named = { incident: z.string(), regime: z.string(), report: z.string().nullish() };

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('fact'), incident: z.string(), fact: z.string(), reason: words }),
  z.strictObject({
    ...{ action: z.literal('filed'), ...named, reference: words, at: z.string().nullish() },
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'should be a SHA-256 in hex')
      .nullish(),
    file: z.string().max(255).nullish(),
  }),
  z.strictObject({ action: z.literal('withdraw'), ...named, reason: words }),
  z.strictObject({
    ...{ action: z.literal('field'), incident: z.string(), reason: words.nullish() },
    // As many as DynamoDB writes in one transaction, less the ledger's own (its quotas: 100).
    words: z.array(Word).min(1).max(98),
  }),
]);
type Request = z.infer<typeof Request>;
type Filing = Extract<Request, { action: 'filed' }>;

/** The filing first, then the locks: they follow from what is on record. */
async function fileAndHold(work: Work, request: Filing, by: string): Promise<object> {
  const reason = `filed, reference ${request.reference}`;
  const changed = await file(work, request, { by, reason, via: 'command-line' });
  const { obligations } = await readClocks(work, request.incident);
  const until = keptUntil(obligations, request.regime, work.now());
  return { ...changed, locks: await tryToExtend(work, request.incident, until, by) };
}

async function act(work: Work, request: Request, { name: by }: Approver): Promise<object> {
  if (request.action === 'filed') return fileAndHold(work, request, by);
  if (request.action === 'field') return stateFields(work, request, by);
  const person = { by, reason: request.reason, via: 'command-line' } as const;
  if (request.action === 'withdraw') return withdraw(work, request, person);
  return setFact(work, request.incident, request.fact, person);
}

export const handler = pipeline(
  (event, work) => answer(event, (asked, approver) => act(work, Request.parse(asked), approver)),
  attempts,
);

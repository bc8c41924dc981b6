import * as z from 'zod';
import type { Deciding } from '../../../lib/domain/approval.ts';
import { ClosedAs } from '../../../lib/domain/closing.ts';
import { answer, Id } from '../../runtime/approver.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { closeMessages, decide, decisionLine, type Stored, takeOver } from '../approvals.ts';
import { startRelease } from '../start-release.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

const Reason = z.string().trim().min(1).max(1000);

/** Hours: a no that holds for longer is an exemption, which has an owner and is written into the configuration. */
const longestNo = 30 * 24;

const Request = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('approve'),
    approval: Id,
    reason: z.string().trim().max(1000).nullish(),
    /** The levers that it is about; left out: all that are offered. */
    levers: z.array(Id).min(1).max(50).optional(),
    /** Levers of wider questions, besides all that it asks for itself. */
    also: z.array(Id).min(1).max(50).optional(),
  }),
  z.strictObject({
    action: z.literal('decline'),
    approval: Id,
    reason: Reason,
    /** For how long the same type of finding is not asked about again. */
    hours: z.int().min(1).max(longestNo).optional(),
  }),
  z.strictObject({ action: z.literal('take-over'), approval: Id }),
  z.strictObject({ action: z.literal('release'), incident: Id, reason: Reason }),
  z.strictObject({
    action: z.literal('close'),
    incident: Id,
    as: ClosedAs,
    reason: Reason,
    archive: z.boolean().default(false),
  }),
]);

async function act(work: Work, asked: unknown, approver: Deciding): Promise<object> {
  const request = Request.parse(asked);
  if (request.action === 'release' || request.action === 'close') {
    const { action: _, ...wish } = request;
    return { run: await startRelease(work, { ...wish, approver }) };
  }
  if (request.action === 'take-over')
    return told(await takeOver(work, request.approval, { approver, now: work.now() }, 'command-line'), approver);
  const verdict = request.action === 'approve' ? 'APPROVED' : 'DECLINED';
  const { reason = null } = request;
  const hours = request.action === 'decline' ? request.hours : undefined;
  const { levers, also } = request.action === 'approve' ? request : {};
  const attempt = { verdict, planHash: null, approver, reason, now: work.now(), hours, levers, also } as const;
  const decided = await decide(work, request.approval, attempt, 'command-line');
  if (decided.approval.state !== 'PENDING') await closeMessages(work, decided, decisionLine(decided));
  return told(decided, approver);
}

const told = ({ approval: { id, incident, state } }: Stored, { name }: Deciding): object => ({
  approval: id,
  incident,
  state,
  by: name,
});

export const handler = serveEntrance(
  (event, work) => answer(event, work, (request, approver) => act(work, request, approver)),
  attempts,
);

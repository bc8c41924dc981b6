import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Approver } from '../../lib/domain/approval.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { closeMessages, decide, decisionLine } from '../runtime/approvals.ts';
import { config } from '../runtime/environment.ts';
import { count, pipeline, type Work } from '../runtime/pipeline.ts';
import { startRelease } from '../runtime/start-release.ts';

/** Nothing retries a person's request: the SDK does. */
const attempts = 3;

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('approve'), approval: z.string(), reason: z.string().nullish() }),
  z.strictObject({ action: z.literal('decline'), approval: z.string(), reason: z.string().trim().min(1) }),
  z.strictObject({ action: z.literal('release'), incident: z.string(), reason: z.string().trim().min(1) }),
]);

/** The HTTP API checked the request's SigV4 signature and says who signed it (API Gateway guide, IAM authorization). */
const Event = z.object({
  body: z.string().default('{}'),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

const reply = (statusCode: number, body: object): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `arn:aws:sts::1:assumed-role/R/session` signs as the role `arn:aws:iam::1:role/R`. */
export const principalOf = (arn: string): string =>
  arn.replace(/^(arn:[^:]+):sts:(.*):assumed-role\/([^/]+)\/.*$/, '$1:iam:$2:role/$3');

function approverOf(userArn: string): Approver {
  const principal = principalOf(userArn);
  const approver = config().approvers.find(({ iam }) => iam === principal);
  if (approver) return approver;
  count('CallbackRefused');
  throw new Refused(`${principal} is not on the list of approvers (tourniquet.approvers[].iam in the configuration).`);
}

async function act(work: Work, body: string, approver: Approver): Promise<object> {
  const request = Request.parse(JSON.parse(body));
  if (request.action === 'release') {
    return { run: await startRelease(work, request.incident, approver.name, request.reason) };
  }
  const verdict = request.action === 'approve' ? 'APPROVED' : 'DECLINED';
  const attempt = { verdict, planHash: null, approver, reason: request.reason ?? null, now: work.now() } as const;
  const decided = await decide(work, request.approval, attempt, 'command-line');
  if (decided.approval.state !== 'PENDING') await closeMessages(work, decided, decisionLine(decided));
  const { id, incident, state } = decided.approval;
  return { approval: id, incident, state, by: approver.name };
}

export const handler = pipeline(async (event, work) => {
  const { body, isBase64Encoded, requestContext } = Event.parse(event);
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
  try {
    return reply(200, await act(work, text, approverOf(requestContext.authorizer.iam.userArn)));
  } catch (error) {
    if (error instanceof Refused) return reply(409, { error: error.message });
    if (error instanceof z.ZodError || error instanceof SyntaxError) return reply(400, { error: error.message });
    throw error;
  }
}, attempts);

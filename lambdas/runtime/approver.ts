import * as z from 'zod';
import { type Deciding, isSignedBy } from '../../lib/domain/approval.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { count, type Work } from './pipeline.ts';
import { readJson } from './read-json.ts';
import { approversAnywhere } from './settings.ts';

/** An id as long as we make them, and as a message shows it whole; what is longer is somebody's mistake, and fits into no key of DynamoDB (2,048 bytes). */
export const Id = z.string().min(1).max(100);

/** A name, a time or a fact, as a person types it. */
export const Short = z.string().max(200);

/** The HTTP API checked the request's SigV4 signature and says who signed it (API Gateway guide, IAM authorization). */
const Event = z.object({
  body: z.string().default('{}'),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

/** Who signed. The ARN of a session shows neither the path of its role nor who is behind it: all sessions of one role are one entry. */
async function approverOf(work: Work, userArn: string): Promise<Deciding> {
  const approver = (await approversAnywhere(work)).find((one) => isSignedBy(one, userArn));
  if (approver) return { ...approver, signedAs: userArn };
  count('CallbackRefused');
  throw new Refused(
    `${userArn} is not on the list of approvers (approvers[].iam in the settings: tourniquet settings show).`,
  );
}

/** What the HTTP API makes an answer of (API Gateway guide, "Lambda proxy integrations", payload format 2.0). */
interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const reply = (statusCode: number, body: object): Reply => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What cannot be read in a request, as people are told it: `to: Too small …`. */
const faultsOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');

/** Characters. The longest that people send are the fields of a report; Step Functions and the table take some more (262,144 and 400 KB). */
const longestRequest = 200_000;

/**
 * Answers a signed request of an approver: 200 with what `act` returns, 409 where it is refused, 400 where it cannot be read, 413 where it is too long. All else
 * is thrown, and pages us.
 */
export async function answer(
  event: unknown,
  work: Work,
  act: (request: unknown, approver: Deciding) => Promise<object>,
): Promise<Reply> {
  const { body, isBase64Encoded, requestContext } = Event.parse(event);
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
  if (text.length > longestRequest)
    return reply(413, {
      error: `The request has ${text.length} characters, and no more than ${longestRequest} are read.`,
    });
  try {
    const approver = await approverOf(work, requestContext.authorizer.iam.userArn);
    return reply(200, await act(readJson(text), approver));
  } catch (error) {
    if (error instanceof Refused) return reply(409, { error: error.message });
    if (error instanceof z.ZodError) return reply(400, { error: faultsOf(error) });
    if (error instanceof SyntaxError) return reply(400, { error: error.message });
    throw error;
  }
}

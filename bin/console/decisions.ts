import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import type { ClosedAs } from '../../lib/domain/closing.ts';
import type { ClaimRequest } from './claim-input.ts';
import type { ClockRequest } from './clock-change.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import type { FieldRequest } from './report-input.ts';
import { Failure } from './verb.ts';

/** API Gateway gives up after 30 s (quotas of HTTP APIs); so do we. */
const patience = 30_000;

type Request =
  | { action: 'approve'; approval: string; reason: string | null; levers?: string[]; also?: string[] }
  | { action: 'decline'; approval: string; reason: string; hours?: number }
  | { action: 'take-over'; approval: string }
  | { action: 'release'; incident: string; reason: string }
  | { action: 'close'; incident: string; as: ClosedAs; reason: string }
  | { action: 'seal'; incident: string }
  | { action: 'transfer'; incident: string; to: string; reason: string; artefacts?: string[]; at?: string }
  | { action: 'set'; on: number; settings: unknown; reason: string }
  | { action: 'approve'; change: string }
  | { action: 'remove'; incident: string; reason: string }
  | { action: 'approve'; removal: string }
  | ClockRequest
  | ClaimRequest
  | FieldRequest;

/** Output that names the way in: for decisions, for sealing a record, for facts, claims and filings, for settings, or for removals. */
type Door = 'DecisionsUrl' | 'SealUrl' | 'ClocksUrl' | 'SettingsUrl' | 'RetentionUrl';

const uncertain = 'The decision may or may not be recorded: look at the incident before you try again.';

/** Host and path. Not by URL: it takes a host that ends in a number for an IPv4 address, and may refuse it. */
function split(url: string): { scheme: string; host: string; path: string } {
  const [, scheme, host, path] = /^(https?):\/\/([^/]+)(\/.*)$/.exec(url) ?? [];
  if (scheme && host && path) return { scheme, host, path };
  throw new Failure(`The stack's output is not a URL: ${url}`);
}

async function signed(
  { client }: Deployment,
  host: string,
  path: string,
  body: string,
): Promise<Record<string, string>> {
  const { credentials, region, sha256 } = client;
  const signer = new SignatureV4({ service: 'execute-api', credentials, region, sha256 });
  const headers = { host, 'content-type': 'application/json' };
  const request = { method: 'POST', protocol: 'https:', hostname: host, path, headers, body };
  return (await signer.sign(request)).headers;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Not by `fetch`: it does not let the host differ from the address. */
async function post(address: string, headers: Record<string, string>, body: string): Promise<Reply> {
  const request = (address.startsWith('https:') ? requestSecurely : requestPlainly)(address, {
    method: 'POST',
    headers,
    signal: AbortSignal.timeout(patience),
  });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** Sends where AWS_ENDPOINT_URL says, when it is set, but for the host of the API. */
async function send(deployment: Deployment, door: Door, body: string): Promise<Reply> {
  const { scheme, host, path } = split(deployment.output(door));
  const headers = await signed(deployment, host, path, body);
  const base = process.env.AWS_ENDPOINT_URL?.replace(/\/$/, '') ?? `${scheme}://${host}`;
  try {
    return await post(`${base}${path}`, headers, body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`The decisions API at ${base} did not answer: ${why}. ${uncertain}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Takes a decision through the same code as Slack. Its refusals are thrown in its own words. */
export async function decide<T>(
  stack: string,
  request: Request,
  schema: z.ZodType<T>,
  door: Door = 'DecisionsUrl',
): Promise<T> {
  const { status, text } = await send(await findDeployment(stack), door, JSON.stringify(request));
  const reply = parsed(text);
  const answer = schema.safeParse(reply);
  if (status === 200 && answer.success) return answer.data;
  const refused = z.object({ error: z.string() }).safeParse(reply);
  if (refused.success) throw new Failure(refused.data.error);
  if (status === 401 || status === 403) {
    throw new Failure(
      'The decisions API refused these credentials: they need execute-api:Invoke on it. `aws sts get-caller-identity` shows whose they are.',
    );
  }
  throw new Failure(`The decisions API answered ${status}. ${uncertain}`);
}

/** What approve, decline and take-over answer. Deployments from before the incident was named leave it out. */
export const Decided = z.object({
  approval: z.string(),
  state: z.string(),
  by: z.string(),
  incident: z.string().optional(),
});

/** What sealing answers, as far as it is needed here: where it lies stands in the incident's record. */
export const SealedNow = z.object({
  outcome: z.enum(['sealed', 'already-sealed']),
  entries: z.int(),
  /** What is wrong with the evidence, which was read back for it; absent where it was not, as of another version. */
  evidence: z.array(z.string()).optional(),
});

/** What a transfer is on record as. */
export const TransferNoted = z.object({
  incident: z.string(),
  by: z.string(),
  to: z.string(),
  reason: z.string(),
  at: z.string(),
  artefacts: z.array(z.string()),
});

export const ReleaseStarted = z.object({ run: z.string() });

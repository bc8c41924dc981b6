// The little HTTP the stand-in needs: read a body, answer JSON, post as Slack does.
import { type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** More than any message or modal may hold (Slack refuses a view above 250 kB). */
const longestBody = 1_000_000;

/** An answer in place of the one asked for, with a reason in words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) throw new Refusal(413, `the body is longer than ${longestBody} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Refusal(400, `the body is not JSON: ${(cause as Error).message}`);
  }
}

/** A form or a JSON object, as Slack takes either. */
export async function readArgs(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  if (!request.headers['content-type']?.startsWith('application/json'))
    return Object.fromEntries(new URLSearchParams(body));
  const value = readJson(body || '{}');
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Messages are other people's words: were one ever to slip through the escaping, it still could load and send nothing.
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
  response.end(body);
}

export const answerJson = (response: ServerResponse, status: number, value: unknown) =>
  answer(response, status, 'application/json', `${JSON.stringify(value)}\n`);

export type Answered = { status: number; body: string; ms: number };

/** fetch() would not let us set Host, which is how an API behind a local gateway is told from its neighbours. */
export function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  patienceMs: number,
): Promise<Answered> {
  const start = performance.now();
  const send = url.startsWith('https:') ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const request = send(url, { method: 'POST', headers: { ...headers, ...length }, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const ms = Math.round(performance.now() - start);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8'), ms });
      });
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
    request.end(body);
  });
}

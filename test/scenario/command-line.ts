/** The out-of-band path: a request to the decisions API, signed as the person's IAM user. */
import { createHash, createHmac } from 'node:crypto';
import { request as connect } from 'node:http';
import type { Attached } from '../deployed/deployed.ts';
import { type Credentials, throughGateway } from '../sandbox/deployment.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface ToSign {
  readonly method?: string;
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly region: string;
  readonly service?: string;
}

/** The headers that carry Signature Version 4 of one request, of now or of another time (IAM user guide, "Create a signed AWS API request"). */
export function signedHeaders(keys: Credentials, request: ToSign, time = new Date()): Record<string, string> {
  const at = time.toISOString().replace(/[-:]|\.\d+/g, '');
  const { sessionToken } = keys;
  return {
    host: request.host,
    'x-amz-date': at,
    'content-type': 'application/json',
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    authorization: authorization(keys, request, at),
  };
}

function authorization(
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { method = 'POST', host, path, body, region, service = 'execute-api' }: ToSign,
  at: string,
): string {
  const scope = [at.slice(0, 8), region, service, 'aws4_request'];
  const session = sessionToken ? [`x-amz-security-token:${sessionToken}`] : [];
  const signed = `host;x-amz-date${sessionToken ? ';x-amz-security-token' : ''}`;
  const head = [`host:${host}`, `x-amz-date:${at}`, ...session];
  const canonical = [method, path, '', ...head, '', signed, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', at, scope.join('/'), hash(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${signed}, Signature=${signature}`;
}

export async function decideBySignature(
  { sandbox, outputs, operators }: Attached,
  by: 'Rosa' | 'Leo',
  request: object,
  door: 'DecisionsUrl' | 'ClocksUrl' | 'SealUrl' = 'DecisionsUrl',
): Promise<{ status: number; body: string }> {
  const { url, host } = throughGateway(sandbox, outputs[door] ?? '');
  const path = url.slice(sandbox.endpoint.length);
  const body = JSON.stringify(request);
  const keys = operators[by === 'Rosa' ? 'rosa' : 'leo'];
  return send(url, signedHeaders(keys, { host, path, body, region: sandbox.region }), body);
}

/** Sends bytes, whole or in chunks. Not by fetch: it refuses to send a Host of one's own. */
export function send(
  url: string,
  headers: Record<string, string>,
  body: string | Buffer,
  { method = 'POST', chunks = 'whole' }: { readonly method?: string; readonly chunks?: 'whole' | 'in chunks' } = {},
) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sending = connect(url, { method, headers }, async (answer) => {
      const text = (await Array.fromAsync(answer)).join('');
      resolve({ status: answer.statusCode ?? 0, body: text });
    });
    sending.once('error', reject);
    if (chunks === 'in chunks') for (let at = 0; at < body.length; at += 7000) sending.write(body.slice(at, at + 7000));
    sending.end(chunks === 'in chunks' ? undefined : body);
  });
}

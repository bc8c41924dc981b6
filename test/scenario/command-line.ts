/** The out-of-band path: a request to the decisions API, signed as the person's IAM user. */
import { createHash, createHmac } from 'node:crypto';
import { request as connect } from 'node:http';
import type { Attached } from '../deployed/deployed.ts';
import { throughGateway } from '../sandbox/deployment.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 of one POST (IAM user guide, "Create a signed AWS API request"). */
function authorization(
  { accessKeyId, secretAccessKey }: { readonly accessKeyId: string; readonly secretAccessKey: string },
  request: { readonly host: string; readonly path: string; readonly body: string; readonly region: string },
  at: string,
): string {
  const { host, path, body, region } = request;
  const scope = [at.slice(0, 8), region, 'execute-api', 'aws4_request'];
  const signed = 'host;x-amz-date';
  const canonical = ['POST', path, '', `host:${host}`, `x-amz-date:${at}`, '', signed, hash(body)].join('\n');
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
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const { region } = sandbox;
  const keys = operators[by === 'Rosa' ? 'rosa' : 'leo'];
  const headers = {
    host,
    'x-amz-date': at,
    'content-type': 'application/json',
    authorization: authorization(keys, { host, path, body, region }, at),
  };
  return send(url, headers, body);
}

/** Not by fetch: it refuses to send a Host of one's own. */
function send(url: string, headers: Record<string, string>, body: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sending = connect(url, { method: 'POST', headers }, async (answer) => {
      const text = (await Array.fromAsync(answer)).join('');
      resolve({ status: answer.statusCode ?? 0, body: text });
    });
    sending.once('error', reject).end(body);
  });
}

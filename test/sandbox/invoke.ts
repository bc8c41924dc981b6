import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Deployment } from './deployment.ts';

/** Calls one of our functions by hand, as somebody at a console may, and waits for its answer (Lambda API, Invoke). */
export async function invoke<T>(
  { client, sandbox: { endpoint } }: Pick<Deployment, 'client' | 'sandbox'>,
  name: string,
  payload: object = {},
): Promise<T> {
  const { credentials, region, sha256 } = client(STSClient, 'hub').config;
  const signer = new SignatureV4({ service: 'lambda', credentials, region, sha256 });
  const { host, hostname, port } = new URL(endpoint);
  const path = `/2015-03-31/functions/tourniquet-${name}/invocations`;
  const body = JSON.stringify(payload);
  const headers = { host, 'content-type': 'application/json' };
  const request = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path, headers, body };
  const signed = await signer.sign(request);
  const answer = await fetch(`${endpoint}${path}`, { method: 'POST', headers: signed.headers, body });
  const text = await answer.text();
  if (!answer.ok || answer.headers.has('x-amz-function-error')) throw new Error(`${name}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Calls to EventBridge, for which the repository has no client; and what a rule delivered to a queue. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import type { Credentials } from './deployment.ts';
import type { Sandbox } from './sandbox.ts';
import type { Place } from './stacks.ts';

type At = Pick<Sandbox, 'endpoint'>;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Calls EventBridge in a Region, as whoever holds the key; answers the status and the body, also of a refusal. */
export const eventBridge = (
  at: At,
  region: string,
  as: Credentials,
  action: string,
  request: object,
): Promise<Answer> => awsJson(at, 'events', region, as, `AWSEvents.${action}`, request);

/** The same of any service that speaks JSON. */
export async function awsJson(
  { endpoint }: At,
  service: string,
  region: string,
  credentials: Credentials,
  target: string,
  request: object,
): Promise<Answer> {
  const { sha256 } = new STSClient({ region, credentials }).config;
  const signer = new SignatureV4({ service, credentials, region, sha256 });
  const { host, hostname, port } = new URL(endpoint);
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const body = JSON.stringify(request);
  const unsigned = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/', headers, body };
  const signed = await signer.sign(unsigned);
  const answer = await fetch(endpoint, { method: 'POST', headers: signed.headers, body });
  return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) };
}

const Delivered = z.object({
  source: z.string(),
  account: z.string(),
  region: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type Delivered = z.infer<typeof Delivered>;

/** Takes the events that lie in a queue now. */
export async function deliveredTo({ endpoint }: At, { account, region }: Place, queue: string): Promise<Delivered[]> {
  const credentials = { accessKeyId: account, secretAccessKey: 'sandbox' };
  const sqs = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const QueueUrl = `${endpoint}/${account}/${queue}`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const taken = Messages.map(({ ReceiptHandle }) => new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await Promise.all(taken.map((one) => sqs.send(one)));
  return Messages.map(({ Body = '' }) => Delivered.parse(JSON.parse(Body)));
}

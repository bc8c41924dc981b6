/** Requests as an attacker puts them on the wire: signed by the wrong one, for something else, at another time, or changed on the way. */
import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Attached } from '../../deployed/deployed.ts';
import { type Credentials, throughGateway } from '../../sandbox/deployment.ts';
import { send, signedHeaders } from '../../scenario/command-line.ts';

export type Door = 'DecisionsUrl' | 'ClocksUrl' | 'SealUrl' | 'SettingsUrl';

/** What is wrong with a signature for IAM; nothing where it is left out. */
export interface Astray {
  readonly region?: string;
  readonly service?: string;
  readonly minutes?: number;
  readonly secretAccessKey?: string;
  /** Said after it was signed. */
  readonly body?: string;
  readonly path?: string;
}

export interface Request {
  readonly door?: Door;
  readonly method?: string;
  readonly body: string | Buffer;
  readonly chunks?: 'whole' | 'in chunks';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Knocks at a door of approvers; with `null` for the keys, unsigned. */
export function knock(
  { sandbox, outputs }: Attached,
  keys: Credentials | null,
  { door = 'DecisionsUrl', method = 'POST', body, chunks = 'whole', headers: more = {} }: Request,
  astray: Astray = {},
): Promise<Answer> {
  const { region = sandbox.region, service, minutes = 0, secretAccessKey, body: changed, path: elsewhere } = astray;
  const { url, host } = throughGateway(sandbox, outputs[door] ?? '');
  const path = url.slice(sandbox.endpoint.length);
  const time = new Date(Date.now() + minutes * 60_000);
  const toSign = { method, host, path, body: String(body), region, ...(service && { service }) };
  const headers = keys
    ? signedHeaders({ ...keys, ...(secretAccessKey && { secretAccessKey }) }, toSign, time)
    : { host, 'content-type': 'application/json' };
  const to = elsewhere ? `${sandbox.endpoint}${elsewhere}` : url;
  return send(to, { ...headers, ...more }, changed ?? body, { method, chunks });
}

/** What is wrong with Slack's signature, or said of it. */
export interface Forged {
  readonly secret?: string;
  readonly seconds?: number;
  /** The headers as they are sent, by lower-case name; the empty text leaves one out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Said after it was signed. */
  readonly body?: string;
  readonly chunks?: 'whole' | 'in chunks';
}

/** The secret that Slack signs with: an attacker who has it is Slack. */
export async function signingSecret({ client, outputs }: Attached): Promise<string> {
  const asked = new GetSecretValueCommand({ SecretId: outputs.SecretArn });
  const { SecretString = '{}' } = await client(SecretsManagerClient, 'hub').send(asked);
  return (JSON.parse(SecretString) as { signingSecret: string }).signingSecret;
}

/** Sends a callback as Slack would, but for what is forged. */
export function callBack(
  { sandbox, outputs }: Attached,
  ours: string,
  body: string,
  { secret = ours, seconds = 0, headers: said = {}, body: changed, chunks = 'whole' }: Forged = {},
): Promise<Answer> {
  const { url, host } = throughGateway(sandbox, outputs.SlackUrl ?? '');
  const timestamp = said['x-slack-request-timestamp'] ?? String(Math.floor(Date.now() / 1000) + seconds);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    host,
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
    ...said,
  };
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  return send(url, sent, changed ?? body, { chunks });
}

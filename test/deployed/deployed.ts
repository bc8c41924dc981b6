import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { clients, type Deployment } from '../sandbox/deployment.ts';
import type { Estate } from '../sandbox/estate.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Message } from '../sandbox/slack/slack.ts';

/** What of a deployment can be handed to another process; clients are made anew there. */
export interface Shared {
  readonly sandbox: Pick<Sandbox, 'endpoint' | 'region' | 'accounts' | 'members' | 'regions' | 'work'>;
  readonly slack: string;
  readonly outputs: Deployment['outputs'];
  readonly operators: Deployment['operators'];
  readonly estate: Estate;
}

declare module 'vitest' {
  interface ProvidedContext {
    deployed: Shared;
  }
}

export function sharedOf({ sandbox, slack, outputs, operators }: Deployment, estate: Estate): Shared {
  const { endpoint, region, accounts, members, regions, work } = sandbox;
  const where = { endpoint, region, accounts, members, regions, work };
  return { sandbox: where, slack: slack.url, outputs, operators, estate };
}

/** Calls the control plane of the sandbox, or the Slack stand-in: what it answers, or an error with its words. */
export async function call<T>(url: string, method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<T> {
  const answer = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** A deployment that somebody else started and will end. */
export type Attached = Omit<Deployment, 'slack'> & {
  readonly slack: Deployment['slack'];
  readonly estate: Estate;
};

const notOurs = (): never => {
  throw new Error(
    'This deployment was started by test/deployed/deployment.setup.ts; only there it can be changed or ended.',
  );
};

/** The deployment that all suites of this project share. */
export function deployed(): Attached {
  const { sandbox: where, slack, outputs, operators, estate } = inject('deployed');
  const sandbox: Sandbox = {
    ...where,
    env: notOurs,
    get: (path) => call(`${where.endpoint}${path}`, 'GET'),
    post: (path, body) => call(`${where.endpoint}${path}`, 'POST', body),
    stop: notOurs,
  };
  return {
    sandbox,
    slack: { url: slack, sendTo: notOurs, messages: notOurs, stop: notOurs },
    outputs,
    operators,
    estate,
    seconds: 0,
    client: clients(sandbox),
    stop: notOurs,
  };
}

export const messagesOf = ({ slack }: Pick<Attached, 'slack'>): Promise<Message[]> =>
  call<Message[]>(`${slack.url}/messages`, 'GET');

/** What the vault has of an incident, of files whose key matches: their text by their name. */
export async function sealedIn(
  { client, outputs }: Pick<Attached, 'client' | 'outputs'>,
  incident: string,
  which: RegExp,
): Promise<Record<string, string>> {
  const s3 = client(S3Client, 'hub');
  const Bucket = outputs.VaultName;
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `incidents/${incident}/` }));
  const read = Versions.filter(({ Key = '' }) => which.test(Key)).map(async ({ Key = '', VersionId }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return [Key.split('/').at(-1) ?? '', (await Body?.transformToString()) ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

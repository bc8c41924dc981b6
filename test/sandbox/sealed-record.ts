import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { launched } from '../console/typed.ts';
import type { Deployment } from './deployment.ts';
import type { Story } from './judgement.ts';

const Fetched = z.object({ path: z.string(), page: z.string(), entries: z.int(), key: z.string() });
const Verdict = z.object({ ok: z.boolean() });

/**
 * Fetches the sealed record as an operator does, with the operator's own rights, and then checks what was unpacked without any AWS.
 * The folder is kept: people look at it once the demo is over.
 */
export async function fetchRecord({ sandbox, operators }: Deployment, incident: string): Promise<Story['export']> {
  const aws = {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: operators.rosa.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operators.rosa.secretAccessKey,
  };
  const to = mkdtempSync(join(tmpdir(), 'tourniquet-export-'));
  const fetched = await launched(['export', incident, '--to', to, '--json'], aws);
  if (fetched.code !== 0) throw new Error(`The record could not be fetched: ${fetched.stderr}`);
  const { path, page, entries, key } = Fetched.parse(JSON.parse(fetched.stdout));
  const checked = await launched(['verify', path, '--key', key, '--json']);
  return { path, page, entries, key, verified: checked.code === 0 && Verdict.parse(JSON.parse(checked.stdout)).ok };
}

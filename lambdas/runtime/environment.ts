import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Config } from '../../lib/domain/config.ts';
import { Tool } from '../../lib/domain/custody.ts';
import { Broken } from '../../lib/domain/errors.ts';

/** What the deployment tells a function. Each is there only where the contract's `hub` rights ask for it. */
export type Variable =
  | 'NAME'
  | 'TABLE'
  | 'SETTINGS'
  | 'PARTITION'
  | 'HUB'
  | 'ROLE_PATH'
  | 'ROLES_VERSION'
  | 'VAULT'
  | 'VAULT_KEY'
  | 'VAULT_OWNER'
  | 'SEALING_KEY'
  | 'RETENTION_DAYS'
  | 'LOCK'
  | 'SLACK_SECRET'
  | 'TOPIC'
  | 'SCHEDULE_GROUP'
  | 'SCHEDULE_ROLE'
  | 'TICK'
  | 'LOOK_AGAIN'
  | 'DEAD_LETTERS'
  | 'LETTERS'
  | 'TOKEN_KEY'
  | 'RELEASE_MACHINE'
  | 'MACHINES';

/** Reads a variable of the deployment, or says which one is missing. */
export function environment(variable: Variable): string {
  const value = process.env[`TOURNIQUET_${variable}`];
  if (!value)
    throw new Broken(`Tourniquet: the function was deployed without TOURNIQUET_${variable}. Deploy the stack again.`);
  return value;
}

const besideTheCode = (name: string): unknown =>
  JSON.parse(readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '.', name), 'utf8'));

let parsed: Config | undefined;

/** The configuration as it was deployed, bundled beside the code: no call, no secret. */
export function config(): Config {
  parsed ??= Config.parse(besideTheCode('config.json'));
  return parsed;
}

/** The rules of the hub, by name, as they were deployed. */
export const rules = (): string[] => z.array(z.string()).parse(besideTheCode('rules.json'));

const Build = Tool.omit({ name: true });
let build: z.infer<typeof Build> | undefined;

/** Which code this is, as the bundler wrote it down: for custody records. */
export function tool(): z.infer<typeof Build> {
  build ??= Build.parse(besideTheCode('build.json'));
  return build;
}

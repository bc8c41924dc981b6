import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '../../lib/domain/config.ts';
import { Broken } from '../../lib/domain/errors.ts';

/** What the deployment tells a function. Each is there only where the contract's `hub` rights ask for it. */
export type Variable =
  | 'NAME'
  | 'TABLE'
  | 'PARTITION'
  | 'HUB'
  | 'VAULT'
  | 'VAULT_KEY'
  | 'SEALING_KEY'
  | 'RETENTION_DAYS'
  | 'SLACK_SECRET'
  | 'TOPIC'
  | 'SCHEDULE_GROUP'
  | 'SCHEDULE_ROLE'
  | 'TICK'
  | 'TOKEN_KEY'
  | 'RELEASE_MACHINE'
  | 'MACHINES';

/** Reads a variable of the deployment, or says which one is missing. */
export function environment(variable: Variable): string {
  const value = process.env[`TOURNIQUET_${variable}`];
  if (!value) throw new Broken(`The function was deployed without TOURNIQUET_${variable}; deploy the stack again.`);
  return value;
}

let parsed: Config | undefined;

/** The configuration as it was deployed, bundled beside the code: no call, no secret. */
export function config(): Config {
  parsed ??= Config.parse(JSON.parse(readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '.', 'config.json'), 'utf8')));
  return parsed;
}

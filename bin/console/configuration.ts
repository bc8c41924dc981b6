import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../../lib/domain/config.ts';
import { ConfigError, parseConfig } from '../../lib/domain/parse-config.ts';
import { Failure } from './verb.ts';

const ours = join(import.meta.dirname, '..', '..', 'cdk.json');
const Whole = z.looseObject({ context: z.looseObject({ tourniquet: z.unknown() }).optional() });
const Own = z.record(z.string(), z.unknown());

/**
 * The configuration as `cdk deploy` reads it: the file, or without one what stands under `tourniquet` in cdk.json.
 * Throws a Failure that names the file and what is wrong in it.
 */
export async function configurationIn(file: string | null): Promise<Config> {
  const path = file ?? ours;
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (file === null)
      return parseConfig(Whole.parse(json).context?.tourniquet, { file: 'cdk.json', below: ['tourniquet'] });
    const { $schema: _, ...given } = Own.parse(json);
    return parseConfig(given, { file });
  } catch (cause) {
    const why = cause instanceof z.ZodError ? 'should hold one JSON object' : (cause as Error).message;
    throw new Failure(cause instanceof ConfigError ? cause.message : `${path}: ${why}`, { cause });
  }
}

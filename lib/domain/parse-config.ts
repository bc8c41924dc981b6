import * as z from 'zod';
import { Config } from './config.ts';
import { nearest } from './nearest.ts';

/** The keys a strict object would have accepted at `path`. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(Config, { io: 'input' });
  const step = (from: unknown, key: string): unknown => (from as Record<string, unknown> | undefined)?.[key];
  for (const key of path)
    node = typeof key === 'number' ? step(node, 'items') : step(step(node, 'properties'), String(key));
  return Object.keys((step(node, 'properties') ?? {}) as object);
}

/** Where a configuration was read: the file, and the keys above it in there. */
interface Origin {
  readonly file: string;
  readonly below?: readonly string[];
}

function linesOf(issue: z.core.$ZodIssue, { file, below = [] }: Origin): string[] {
  const at = (path: readonly PropertyKey[]): string => `${file}: ${[...below, ...path].join('.')}`;
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at(issue.path)}: ${message}`);
  if (issue.code !== 'unrecognized_keys') return [`${at(issue.path)}: ${issue.message}`];
  return issue.keys.map((key) => {
    const near = nearest(key, keysAt(issue.path));
    return `${at([...issue.path, key])}: unknown key${near ? `; did you mean "${near}"?` : ''}`;
  });
}

export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Parses the configuration, or throws a ConfigError with one line a mistake: file, path, what is wrong, the nearest key. */
export function parseConfig(input: unknown, origin: Origin): Config {
  const parsed = Config.safeParse(input === undefined ? {} : input);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.flatMap((issue) => linesOf(issue, origin)).join('\n'));
}

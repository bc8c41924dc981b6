import * as z from 'zod';
import { Config } from './config.ts';
import { nearest } from './nearest.ts';
import { plainly } from './plain-issue.ts';
import { contradictionsIn, Settings } from './settings.ts';

/** The keys a strict object would have accepted at `path`. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input' });
  const step = (from: unknown, key: string): unknown => (from as Record<string, unknown> | undefined)?.[key];
  for (const key of path)
    node =
      typeof key === 'number'
        ? step(node, 'items')
        : (step(step(node, 'properties'), String(key)) ?? step(node, 'additionalProperties'));
  return Object.keys((step(node, 'properties') ?? {}) as object);
}

/** Where a configuration was read: the file, and the keys above it in there. */
export interface Origin {
  readonly file: string;
  readonly below?: readonly string[];
}

/** Keys of earlier versions, by the list they were in, and what to write in place of them. */
const former: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  standingOrders: {
    owner: 'an order now has an author, the date it was written, because (why) and until (its last day) instead',
  },
};

const formerly = (path: readonly PropertyKey[], key: string): string | undefined =>
  former[String(path.findLast((part) => typeof part === 'string'))]?.[key];

/** What is wrong with an input, a line a mistake: file, path, what is wrong, the nearest key. */
export function linesOf(schema: z.ZodType, issue: z.core.$ZodIssue, { file, below = [] }: Origin): string[] {
  const at = (path: readonly PropertyKey[]): string => `${file}: ${[...below, ...path].join('.')}`;
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at(issue.path)}: ${message}`);
  if (issue.code !== 'unrecognized_keys') return [`${at(issue.path)}: ${plainly(issue)}`];
  return issue.keys.map((key) => {
    const instead = formerly(issue.path, key);
    if (instead) return `${at([...issue.path, key])}: ${instead}`;
    const near = nearest(key, keysAt(schema, issue.path));
    return `${at([...issue.path, key])}: unknown key${near ? `; did you mean "${near}"?` : ''}`;
  });
}

export class ConfigError extends Error {
  override name = 'ConfigError';
}

function parse<Schema extends z.ZodType<Settings>>(schema: Schema, input: unknown, origin: Origin): z.output<Schema> {
  const parsed = schema.safeParse(input === undefined ? {} : input);
  if (parsed.error)
    throw new ConfigError(parsed.error.issues.flatMap((issue) => linesOf(schema, issue, origin)).join('\n'));
  const { file, below = [] } = origin;
  const lines = contradictionsIn(parsed.data).map(
    ({ path, message }) => `${file}: ${[...below, ...path].join('.')}: ${message}`,
  );
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return parsed.data;
}

/** Parses the configuration, or throws a ConfigError with one line a mistake: file, path, what is wrong, the nearest key. */
export const parseConfig = (input: unknown, origin: Origin): Config => parse(Config, input, origin);

/** The same for settings alone, by the very same schemas. */
export const parseSettings = (input: unknown, origin: Origin): Settings => parse(Settings, input, origin);

/** Reads scenario files. No key can be misspelt: each mistake is one line with its file, its path, and the nearest key. */
import { readFileSync } from 'node:fs';
import * as YAML from 'yaml';
import * as z from 'zod';
import { nearest } from '../../lib/domain/nearest.ts';
import { Scenario } from './scenario.ts';

/** One line a mistake: file, path, what is wrong, the nearest key. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly items?: Node;
}

function keysAt(path: readonly PropertyKey[]): string[] {
  const whole = z.toJSONSchema(Scenario, { io: 'input' }) as Node;
  const found = path.reduce<Node | undefined>(
    (node, key) =>
      typeof key === 'number' ? node?.items : (node?.properties?.[String(key)] ?? node?.additionalProperties),
    whole,
  );
  return Object.keys(found?.properties ?? {});
}

function linesOf(issue: z.core.$ZodIssue, file: string): string[] {
  const at = (path: readonly PropertyKey[]): string => `${file}: ${path.join('.') || 'the file'}`;
  if (issue.code !== 'unrecognized_keys') return [`${at(issue.path)}: ${issue.message}`];
  return issue.keys.map((key) => {
    const near = nearest(key, keysAt(issue.path));
    return `${at([...issue.path, key])}: unknown key${near ? `; did you mean "${near}"?` : ''}`;
  });
}

/** Parses a scenario, or throws with one line a mistake. */
export function parseScenario(text: string, file: string): Scenario {
  const document = YAML.parseDocument(text);
  const [wrong] = document.errors;
  if (wrong) throw new ScenarioError(`${file}: ${wrong.message}`);
  const parsed = Scenario.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new ScenarioError(parsed.error.issues.flatMap((issue) => linesOf(issue, file)).join('\n'));
}

export const readScenario = (file: string): Scenario => parseScenario(readFileSync(file, 'utf8'), file);

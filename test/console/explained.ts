import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { typed } from './typed.ts';

export const patience = { timeout: 60_000 };
export const fixture = (name: string): string => join('test', 'fixtures', 'findings', name);
/** Of one test file, which takes it away again; the next in the same process makes it anew. */
export const folder = join(tmpdir(), `explain-${randomUUID()}`);

/** A file of its own. */
export function written(name: string, content: string | Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What is said of a finding; of what could not be read only where and why. */
export interface Line {
  readonly at?: string;
  readonly error?: string;
  readonly finding: { readonly type: string; readonly id: string | null };
  readonly targets: readonly { readonly kind: string; readonly id: string }[];
  readonly playbook: string;
  readonly outcome: string;
  readonly because: string;
  readonly steps: readonly { name: string; phase: string; authority: string; unless?: string; when?: string }[];
  readonly alternatives?: readonly string[];
  readonly didYouMean?: string;
  readonly signals?: readonly object[];
}

/** One object a line. */
export const linesOf = (stdout: string): Line[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));

/** What is said to machines, when all can be read. */
async function explained(...operands: readonly string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await typed(['explain', ...operands, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return linesOf(stdout);
}

/** The same of one finding. */
export async function first(operand: string): Promise<Line> {
  const [line, ...others] = await explained(operand);
  if (!line || others.length > 0) throw new Error(`${operand}: not one line`);
  return line;
}

/** What is answered to machines about findings on standard input; 1,000 are more than `typed` holds. */
export const piped = (content: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const command = [join('bin', 'tourniquet.ts'), 'explain', '-', '--json'];
    const options = { maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(process.execPath, command, options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(content);
  });

/** Names of the steps. */
export const namesOf = ({ steps = [] }: Partial<Line>): string[] => steps.map(({ name }) => name);

/** The finding of an instance that mines, with another detail. */
export const miner = (change: object = {}): object => {
  const event = JSON.parse(readFileSync(fixture('miner.json'), 'utf8'));
  return { ...event, detail: { ...event.detail, ...change } };
};

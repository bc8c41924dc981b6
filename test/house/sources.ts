import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseAst } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/** A node of the syntax tree (ESTree with TypeScript, as the parser behind vitest gives it). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** One import or re-export: `to` is a file of the repository (`lib/domain/step.ts`) or a package (`@aws-sdk/client-ec2`). */
export interface Import {
  readonly to: string;
  /** As exported there: `EC2Client`, `default`, or `*` for everything. */
  readonly names: readonly string[];
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly Import[];
}

/** Everything that is committed or about to be. */
export const committedFiles: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'],
  { cwd: root, encoding: 'utf8' },
)
  .trimEnd()
  .split('\n');

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Worlds lie beside the kind of target that they make, and only the contract suite may use them. */
export const isTest = (path: string): boolean =>
  path.startsWith('test/') || path.endsWith('.test.ts') || /[/.]world\.ts$/.test(path);

/** The nodes of whole files. */
const listed = new WeakMap<Node, readonly Node[]>();

/** The TypeScript files of the repository, parsed. */
export const sources: readonly Source[] = committedFiles.filter((path) => path.endsWith('.ts')).flatMap(read);

/** The rooms of the house, without their tests. */
export const production = sources.filter(({ path }) => /^(bin|lib|lambdas|playbooks)\//.test(path) && !isTest(path));

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function read(path: string): Source[] {
  const text = textOfExisting(path);
  if (text === null) return [];
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  return [{ path, text, program, imports: importsIn(path, text, program) }];
}

/** A file that was deleted and not yet committed is still listed by git. */
function textOfExisting(path: string): string | null {
  try {
    return textOf(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Every node below, the node itself first. Of a whole file they are listed once: a dozen tests walk over each. */
export function nodesIn(node: Node): readonly Node[] {
  const known = listed.get(node);
  if (known) return known;
  const found: Node[] = [];
  list(node, found);
  if (node.type === 'Program') listed.set(node, found);
  return found;
}

function list(node: Node, found: Node[]): void {
  found.push(node);
  for (const member of Object.values(node)) {
    if (!Array.isArray(member)) {
      if (isNode(member)) list(member, found);
      continue;
    }
    for (const inner of member) if (isNode(inner)) list(inner, found);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function nameOf(node: unknown): string {
  const { name, value } = (isNode(node) ? node : {}) as { name?: string; value?: string };
  return name ?? value ?? '';
}

/** `./plan.ts` seen from `lambdas/x/handler.ts` is `lambdas/x/plan.ts`; a path within a package is the package. */
function resolved(from: string, to: string): string {
  if (to.startsWith('.')) return posix.join(posix.dirname(from), to);
  return to;
}

function importsIn(path: string, text: string, program: Node): Import[] {
  return [...nodesIn(program)].flatMap((node) => {
    const { source } = node;
    if (!isNode(source) || typeof source.value !== 'string') return [];
    const specifiers = (Array.isArray(node.specifiers) ? node.specifiers : []) as Node[];
    const names = specifiers.map((one) => {
      if (one.type === 'ImportNamespaceSpecifier') return '*';
      if (one.type === 'ImportDefaultSpecifier') return 'default';
      return nameOf(one.imported ?? one.local);
    });
    return [{ to: resolved(path, source.value), names, line: lineAt(text, node.start) }];
  });
}

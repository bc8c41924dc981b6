import jsonata from 'jsonata';

/**
 * Paths, literals, comparisons: anything more belongs in a plan.ts, which has a name and a test. No `!=`: what is missing is neither equal
 * nor unequal to anything in JSONata, so the one that reads like its opposite is not.
 */
export function inSubset(source: string): boolean {
  try {
    return plain(jsonata(source).ast() as Node);
  } catch {
    return false;
  }
}

/** What the parser really returns; its own types leave out paths. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly lhs?: Node;
  readonly rhs?: Node;
}

const operators = ['=', '<', '<=', '>', '>=', 'and', 'or', 'in'];
/** A filter, a grouping or a kept array hangs on a node under some other key. */
const known = ['type', 'value', 'position', 'steps', 'lhs', 'rhs', 'expressions'];

function plain(node: Node): boolean {
  if (!Object.keys(node).every((key) => known.includes(key))) return false;
  const { type, value, steps = [], expressions = [], lhs, rhs } = node;
  if (['string', 'number', 'value', 'variable', 'name'].includes(type)) return true;
  if (type === 'path') return steps.every((step) => ['variable', 'name'].includes(step.type) && plain(step));
  if (type === 'unary') return value === '[' && expressions.every(plain);
  return type === 'binary' && operators.includes(`${value}`) && [lhs, rhs].every((side) => side && plain(side));
}

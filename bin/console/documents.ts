import { faultIn } from './json-fault.ts';
import type { Fault } from './json-token.ts';

/** One JSON value in a text, or why it is none, with the place. */
export type Document =
  | { readonly at: string; readonly value: unknown }
  | { readonly at: string; readonly error: string };

/** 50,000 findings of 4 KB. Node holds no text longer than about 512 million characters. */
const longest = 200 * 1024 * 1024;
/** Four times the findings a text of that length holds: lines this short are none. */
const mostLines = 200_000;

interface Line {
  readonly number: number;
  readonly text: string;
}

const isEmpty = (text: string): boolean => text.trim() === '';

/** Where something is in a text of many lines, in the words of editors. */
function lineAndColumn(text: string, at: number): string {
  const begins = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < begins; end = text.indexOf('\n', end + 1)) line++;
  return `line ${line}, column ${at - begins + 1}`;
}

/** Where something is in a line whose number is known. */
const column = (_: string, at: number): string => `column ${at + 1}`;

function documentIn(at: string, text: string, fault: Fault | null, place: typeof lineAndColumn): Document {
  if (fault) return { at, error: fault.says(place(text, fault.at)) };
  try {
    const value: unknown = JSON.parse(text);
    return { at, value };
  } catch (error) {
    return { at, error: `It cannot be read: ${String(error)}.` };
  }
}

/** The lines that are not empty. */
function* linesOf(text: string): Generator<Line> {
  let number = 1;
  for (let begins = 0; begins <= text.length; number++) {
    const next = text.indexOf('\n', begins);
    const end = next === -1 ? text.length : next;
    const line = text.slice(begins, end);
    if (!isEmpty(line)) yield { number, text: line };
    begins = end + 1;
  }
}

/** One value a line: there is more than one, and the first by itself is JSON. */
function isJsonLines(text: string): boolean {
  const lines = linesOf(text);
  const first = lines.next();
  return !first.done && !lines.next().done && faultIn(first.value.text)?.kind !== 'syntax';
}

function byLines(name: string, text: string): Document[] {
  const documents: Document[] = [];
  for (const line of linesOf(text)) {
    const at = `${name}:${line.number}`;
    if (documents.length === mostLines) {
      documents.push({ at, error: `Reading stopped here: the file has more than ${mostLines} lines. Split it.` });
      return documents;
    }
    documents.push(documentIn(at, line.text, faultIn(line.text), column));
  }
  return documents;
}

/**
 * The JSON values in a text: one, or one a line (JSON Lines). Strict where JSON.parse is not: of a key that an object has twice nobody
 * knows which is meant. What cannot be read says why and where; the other lines are read all the same. Never throws.
 */
export function documentsIn(name: string, content: string): Document[] {
  if (content.length > longest) return [{ at: name, error: 'It is larger than 200 MB: split it into several files.' }];
  // A byte order mark, as Windows writes it.
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content;
  if (isEmpty(text)) return [{ at: name, error: 'It is empty.' }];
  const fault = faultIn(text);
  if (fault?.kind === 'syntax' && isJsonLines(text)) return byLines(name, text);
  return [documentIn(name, text, fault, lineAndColumn)];
}

import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Document, documentsIn } from './documents.ts';

/** What was named holds these documents, it does not exist, or it cannot be read. */
export type Input =
  | { readonly documents: readonly Document[] }
  | { readonly missing: string }
  | { readonly error: string };

/** As much as `documentsIn` takes; a text of that length has at least as many bytes. A device may have no end. */
const mostBytes = 200 * 1024 * 1024;

/** Stands for standard input, as in other programs. */
export const standardInput = '-';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it failed';

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer | 'too large'> {
  const read: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    length += chunk.length;
    if (length > mostBytes) return 'too large';
  }
  return Buffer.concat(read);
}

const startsWith = (bytes: Buffer, ...wanted: readonly number[]): boolean =>
  wanted.every((byte, at) => bytes[at] === byte);

/** Strictly: what is no UTF-8 would come out as other names than the finding has. */
function textIn(bytes: Buffer): { text: string } | { error: string } {
  if (startsWith(bytes, 0x1f, 0x8b)) return { error: 'It is compressed (gzip): unpack it first, with gunzip.' };
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))
    return { error: 'It is UTF-16, as PowerShell writes it: save it as UTF-8.' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { error: 'It is not UTF-8 text.' };
  }
}

async function inputFrom(name: string, chunks: AsyncIterable<Buffer>): Promise<Input> {
  try {
    const bytes = await bytesOf(chunks);
    if (bytes === 'too large') return { error: 'It is larger than 200 MB: split it into several files.' };
    const read = textIn(bytes);
    return 'error' in read ? read : { documents: documentsIn(name, read.text) };
  } catch (error) {
    return { error: `It cannot be read (${codeOf(error)}).` };
  }
}

const none = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/** The documents in a file, a pipe or standard input. Never throws. */
export async function inputOf(operand: string): Promise<Input> {
  if (operand === standardInput) return inputFrom('standard input', process.stdin);
  let found: Stats;
  try {
    found = await stat(operand);
  } catch (error) {
    const code = codeOf(error);
    return none.includes(code) ? { missing: code } : { error: `It cannot be read (${code}).` };
  }
  if (found.isDirectory()) return { error: 'It is a directory: name the files in it.' };
  return inputFrom(operand, createReadStream(operand));
}

import { createTar } from 'nanotar';
import { wrong } from './fault.ts';
import { type Files, isPlain, mostBytes } from './files.ts';

/** Everything in a tar stands in blocks of this many bytes (POSIX.1-2017, pax, "ustar Interchange Format"). */
const block = 512;
/** Two blocks of zeros end an archive. */
const end = new Uint8Array(2 * block);

/** One uncompressed archive with everything in one folder; the same files at the same time (ISO 8601) give the same bytes. */
export function pack(folder: string, files: Files, at: string): Uint8Array {
  const entries = [...files].map(([name, data]) => ({ name: `${folder}/${name}`, data }));
  const attrs = { mode: '644', uid: 0, gid: 0, user: '', group: '', mtime: Date.parse(at) };
  // nanotar fills up to 10 KiB, and so may leave no room for the end.
  return Buffer.concat([createTar(entries, { attrs }), end]);
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly kind: 'file' | 'folder';
}

const archive = 'the archive';
const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '');
const isEmpty = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const printed = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);

/** The sum over a header's bytes, its own field taken as blanks. */
const sumOf = (header: Uint8Array): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

const kinds: Readonly<Record<string, string>> = { '1': 'a hard link', '2': 'a symbolic link' };

function sizeIn(header: Uint8Array, name: string): number {
  const octal = ascii(header.subarray(124, 136)).trim();
  const size = /^[0-7]{1,12}$/.test(octal) ? Number.parseInt(octal, 8) : Number.POSITIVE_INFINITY;
  return size <= mostBytes ? size : wrong(name, `${printed(name)} claims to be larger than allowed.`);
}

function headerIn(header: Uint8Array, at: number): Header {
  const sum = Number.parseInt(ascii(header.subarray(148, 156)).trim(), 8);
  if (sum !== sumOf(header))
    wrong(archive, `The archive is damaged or not a tar archive: there is no header at byte ${at}.`);
  const name = ascii(header.subarray(0, 100));
  const type = ascii(header.subarray(156, 157)) || '0';
  const ustar = ascii(header.subarray(257, 262)) === 'ustar';
  if (type !== '0' && type !== '5')
    wrong(name, `${printed(name)} is ${kinds[type] ?? 'not a regular file'} in the archive.`);
  if (!ustar || !isEmpty(header.subarray(345, 500))) wrong(name, `${printed(name)} is written in another form of tar.`);
  return { name, size: sizeIn(header, name), kind: type === '5' ? 'folder' : 'file' };
}

/** Names as they are, never as they could be meant: what leads elsewhere is refused, not mended. */
function placeOf({ name, kind }: Header, folder: string | null): [folder: string, name: string] {
  const [first = '', ...rest] = name.split('/');
  const path = kind === 'folder' ? name.replace(/\/$/, '') : name;
  if (!isPlain(path)) wrong(name, `${printed(name)} is a name that may lead out of the folder.`);
  if (kind === 'file' && rest.length === 0) wrong(name, `${printed(name)} is outside the folder of the export.`);
  if (folder !== null && first !== folder) wrong(name, `${printed(name)} is in another folder than the rest.`);
  return [first, rest.join('/')];
}

/** The files of an archive, without the folder they lie in. Throws what is wrong with it; nothing in it is trusted. */
export function unpack(bytes: Uint8Array): Files {
  const files = new Map<string, Uint8Array>();
  let folder: string | null = null;
  let at = 0;
  for (;;) {
    const header = bytes.subarray(at, at + block);
    if (header.length < block) wrong(archive, 'The archive is cut short: its end is missing.');
    if (isEmpty(header)) break;
    const found = headerIn(header, at);
    const [first, name] = placeOf(found, folder);
    folder = first;
    const start = at + block;
    at = start + Math.ceil(found.size / block) * block;
    if (at > bytes.length)
      wrong(
        found.name,
        `The archive is cut short: ${bytes.length - start} bytes of ${printed(found.name)} are left of ${found.size}.`,
      );
    if (!isEmpty(bytes.subarray(start + found.size, at)))
      wrong(name, `There is extra data after ${printed(name)} in its last block.`);
    if (found.kind === 'folder') continue;
    if (files.has(name)) wrong(name, `${printed(name)} is in the archive twice.`);
    files.set(name, bytes.subarray(start, start + found.size));
  }
  if (bytes.length - at < end.length) wrong(archive, 'The archive is cut short: its end is missing.');
  if (!isEmpty(bytes.subarray(at))) wrong(archive, 'There is extra data after the end of the archive.');
  return files;
}

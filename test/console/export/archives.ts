/** What may have been done to the archive around an export: cut, damaged, or made to write where it should not. */
import { createTar } from 'nanotar';

const block = 512;
const end = Buffer.alloc(2 * block);

/** A header with some fields otherwise, and its sum made good again. */
function patched(header: Buffer, fields: Readonly<Record<number, string>>): Buffer {
  const bytes = Buffer.from(header);
  for (const [at, text] of Object.entries(fields)) bytes.write(text, Number(at), 'latin1');
  bytes.write('        ', 148);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

const at = { name: 0, size: 124, type: 156, link: 157, prefix: 345 } as const;

/** An archive with one small file in it, its header changed. */
function one(fields: Readonly<Record<number, string>>, name = 'inc-1/a.txt'): Buffer {
  const bytes = Buffer.from(createTar([{ name, data: 'x' }], { attrs: { mtime: 0 } }));
  return Buffer.concat([patched(bytes.subarray(0, block), fields), bytes.subarray(block, 2 * block), end]);
}

const files = (...names: readonly string[]): Buffer =>
  Buffer.concat([
    createTar(
      names.map((name) => ({ name, data: 'x' })),
      { attrs: { mtime: 0 } },
    ).subarray(0, 2 * block * names.length),
    end,
  ]);

export const tamperingsOfArchives = (archive: Buffer) => [
  { what: 'cut in a file', bytes: archive.subarray(0, 5 * block + 9), names: 'The archive is cut short: ' },
  {
    what: 'its end cut',
    bytes: Buffer.concat([files('inc-1/a.txt').subarray(0, 2 * block), Buffer.alloc(block)]),
    names: 'its end is missing',
  },
  {
    what: 'something behind its end',
    bytes: Buffer.concat([archive, Buffer.from('x'.repeat(block))]),
    names: 'There is extra data after the end',
  },
  {
    what: 'a header damaged',
    bytes: Buffer.concat([Buffer.from('x'), archive.subarray(1)]),
    names: 'there is no header at byte 0',
  },
  {
    what: 'a name that leads out',
    bytes: files('inc-1/../../etc/passwd'),
    names: '"inc-1/../../etc/passwd" is a name that may lead out',
  },
  { what: 'a name from the root', bytes: files('/etc/passwd'), names: '"/etc/passwd" is a name that may lead out' },
  { what: 'a name that steers the terminal', bytes: files('inc-1/\u001b[2J'), names: '"inc-1/\\u001b[2J" is a name' },
  { what: 'a hidden name', bytes: files('inc-1/.bashrc'), names: '"inc-1/.bashrc" is a name' },
  { what: 'a folder beside', bytes: files('inc-1/a.txt', 'inc-2/b.txt'), names: 'in another folder than the rest' },
  { what: 'a file beside the folder', bytes: files('a.txt'), names: 'outside the folder of the export' },
  { what: 'a file twice', bytes: files('inc-1/a.txt', 'inc-1/a.txt'), names: '"a.txt" is in the archive twice' },
  {
    what: 'a symbolic link',
    bytes: one({ [at.type]: '2', [at.size]: '00000000000', [at.link]: '/etc/passwd' }),
    names: 'is a symbolic link',
  },
  {
    what: 'a hard link',
    bytes: one({ [at.type]: '1', [at.size]: '00000000000', [at.link]: '/etc/passwd' }),
    names: 'is a hard link',
  },
  { what: 'a device', bytes: one({ [at.type]: '3' }), names: 'is not a regular file' },
  {
    what: 'a file of 8 GiB',
    bytes: one({ [at.size]: '77777777777' }),
    names: 'claims to be larger than allowed',
  },
  {
    what: 'a size in no number',
    bytes: one({ [at.size]: '-0000000001' }, 'inc-1/b.txt'),
    names: '"inc-1/b.txt" claims to be larger',
  },
  { what: 'a size that hides what follows', bytes: one({ [at.size]: '00000177777' }), names: 'are left of 65535' },
  { what: 'a name in two parts', bytes: one({ [at.prefix]: '../..' }), names: 'in another form of tar' },
];

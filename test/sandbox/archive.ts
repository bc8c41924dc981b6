import { crc32 } from 'node:zlib';

/** Fields of two or four bytes, least significant first. */
function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

/** A zip archive of one file, stored as it is (PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16): what a function's code comes in. */
export function archiveOf(name: string, text: string): Uint8Array {
  const [path, data] = [Buffer.from(name), Buffer.from(text)];
  const about = [
    [2, 20],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0x21],
    [4, crc32(data)],
    [4, data.length],
    [4, data.length],
    [2, path.length],
    [2, 0],
  ] as const;
  const file = Buffer.concat([fields([4, 0x04034b50], ...about), path, data]);
  const rest = [
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, 0],
  ] as const;
  const entry = Buffer.concat([fields([4, 0x02014b50], [2, 20], ...about, ...rest), path]);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, 1], [2, 1], [4, entry.length], [4, file.length], [2, 0]);
  return Buffer.concat([file, entry, end]);
}

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blank, type Entry } from './cursor.ts';
import { Duplicates } from './duplicates.ts';
import { PrivateFolder } from './private-folder.ts';
import { Sorter } from './sorter.ts';

const line = (text: string, more: Partial<Entry>): Entry => {
  const bytes = Buffer.from(text);
  return { ...blank(), bytes, to: bytes.length, ...more };
};
const text = ({ bytes, from, to }: Entry): string => bytes.toString('utf8', from, to);

function inFolder<T>(work: (folder: () => PrivateFolder) => T): T {
  const folder = new PrivateFolder();
  try {
    return work(() => folder);
  } finally {
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  }
}

test('more than fits into memory comes out in order, also where runs are merged into runs', () => {
  inFolder((folder) => {
    const sorter = new Sorter(folder, 2000);
    const count = 5000;
    for (let at = 0; at < count; at++) {
      const seconds = (at * 7919) % count;
      sorter.add(line(`${seconds}`.padEnd(at % 97, ' '), { seconds, order: at }));
    }
    const found = [...sorter.sorted().map(text)].map(Number);
    expect(found).toEqual(Array.from({ length: count }, (_, at) => at));
  });
});

test('a line longer than all that is held in memory is none that is lost', () => {
  inFolder((folder) => {
    const sorter = new Sorter(folder, 2000);
    const long = 'x'.repeat(3_000_000);
    for (const [order, words] of ['b', long, 'a'].entries()) sorter.add(line(words, { seconds: -order, order }));
    expect([...sorter.sorted().map(text)]).toEqual(['a', long, 'b']);
  });
});

test('a moment with more events than are held keeps their order, and its duplicates are merged', () => {
  inFolder((folder) => {
    const sorter = new Sorter(folder, 4000);
    const count = 2000;
    const printed = (at: number) => `{"source":{"line":${at}},"raw":"${at % 1000}"}`;
    for (let at = 0; at < count; at++) {
      const words = printed(at);
      const [sourceEnd, raw] = [words.indexOf('}') + 1, words.indexOf('"raw":') + 6];
      sorter.add(line(words, { high: (at * 31) % 1000, low: at % 1000, order: at, source: 10, sourceEnd, raw }));
    }
    const duplicates = new Duplicates(folder, 3000);
    const found = [...duplicates.lines(sorter.sorted()).map((entry) => JSON.parse(text(entry)))];
    expect(duplicates.merged).toBe(1000);
    expect(found).toEqual(
      Array.from({ length: 1000 }, (_, at) => ({
        source: { line: at },
        also: [{ line: at + 1000 }],
        raw: `${at}`,
      })),
    );
  });
});

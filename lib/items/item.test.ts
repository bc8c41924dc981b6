import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Broken } from '../domain/errors.ts';
import { defineItem, type Item, type Key } from './item.ts';

/** A kind of item in its third format. */
const kind = defineItem({
  name: 'lamp',
  prefix: 'LAMP#',
  key: (house: string, room: string): Key => ({ pk: house, sk: `LAMP#${room}` }),
  schema: z.object({ watts: z.number(), colour: z.string() }),
  upcasters: {
    'from 0: power is a number': (older: Item): Item => ({ ...older, watts: Number(older.power) }),
    'from 1: it has a colour': (older: Item): Item => ({ ...older, colour: 'white' }),
  },
});
const key = kind.key('h', 'hall');
const table = (item: Item | null) => ({ get: async () => item });

describe('an item', () => {
  it('is written with its key and its format, and read back as it was', async () => {
    const item = kind.item({ watts: 40, colour: 'red' }, 'h', 'hall');
    expect(item).toEqual({ pk: 'h', sk: 'LAMP#hall', v: 2, watts: 40, colour: 'red' });
    expect(await kind.find(table(item), 'h', 'hall')).toEqual({ watts: 40, colour: 'red' });
    expect(await kind.find(table(null), 'h', 'hall')).toBeNull();
  });

  it.each([
    [{ power: '40' }, { watts: 40, colour: 'white' }],
    [
      { v: 1, watts: 40 },
      { watts: 40, colour: 'white' },
    ],
  ])('of an earlier format goes through what came since: %j', (older, read) => {
    expect(kind.read({ ...key, ...older })).toEqual(read);
  });

  it('of a newer format is never taken for one of ours: it says so, and that nothing is lost', () => {
    expect(() => kind.read({ ...key, v: 3, watts: 1, colour: 'red' })).toThrow(
      new Broken(
        'The lamp at h LAMP#hall has format 3, and this version of Tourniquet reads up to 2: a newer version wrote it. Nothing is lost; use that version or a later one.',
      ),
    );
  });

  it.each([[{ v: 'x' }], [{ v: -1 }], [{ v: 1.5 }], [{ v: 2, watts: 'many', colour: 'red' }]])(
    'that cannot be read is Broken: %j',
    (item) => {
      expect(() => kind.read({ ...key, ...item })).toThrow(Broken);
    },
  );

  it('that cannot be read is named among those that can, and stops whoever needs all', () => {
    const good = kind.item({ watts: 40, colour: 'red' }, 'h', 'hall');
    const items = [good, { ...good, sk: 'LAMP#attic', v: 9 }, { pk: 'h', sk: 'OTHER' }];
    expect(kind.sorted(items)).toEqual({
      values: [{ watts: 40, colour: 'red' }],
      unread: [{ item: 'LAMP#attic', because: expect.stringContaining('has format 9') }],
    });
    expect(() => kind.all(items)).toThrow(Broken);
  });
});

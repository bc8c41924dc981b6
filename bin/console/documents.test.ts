import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTurnOf } from '../../test/depth.ts';
import { type Document, documentsIn } from './documents.ts';

const read = (content: string): Document[] => documentsIn('f', content);
const errorOf = (content: string): string => {
  const [first, ...rest] = read(content);
  expect(rest).toEqual([]);
  return first && 'error' in first ? first.error : 'no error';
};

describe('one document', () => {
  it('is a value with its file for a place', () => {
    expect(documentsIn('findings.json', '{"a": [1, "x", null, true, -2.5e3]}\n')).toEqual([
      { at: 'findings.json', value: { a: [1, 'x', null, true, -2500] } },
    ]);
  });

  it('may begin with a byte order mark, be an array, be spread over lines', () => {
    expect(read('\uFEFF[\r\n  {},\r\n  {}\r\n]\r\n')).toEqual([{ at: 'f', value: [{}, {}] }]);
  });

  it.each(['', ' \n\t\r\n', '\uFEFF', '\uFEFF\n'])('says that %j is empty', (content) => {
    expect(errorOf(content)).toBe('It is empty.');
  });

  it.each([
    ['{"a": 1,\n "b": x}', 'x at line 2, column 7 is not a JSON value'],
    ['{"a" 1}', 'found 1 instead of a colon at line 1, column 6'],
    ['{"a": 1,}', 'found } instead of a key in double quotes at line 1, column 9'],
    ["{'a': 1}", "found ' instead of a key in double quotes at line 1, column 2"],
    ['[1 2]', 'found 2 instead of a comma or ] at line 1, column 4'],
    ['{"a": 1] ', 'found ] instead of a comma or } at line 1, column 8'],
    ['[1,]', 'found ] instead of a value at line 1, column 4'],
    ['{"a": 1} }', 'found } instead of the end at line 1, column 10'],
    ['[\u0000]', 'found U+0000 instead of a value at line 1, column 2'],
    ['["a\tb"]', 'unescaped U+0009 in a string at line 1, column 4'],
    ['["\\x41"]', '\\x at line 1, column 3 is not a valid escape'],
    ['["\\u12g4"]', '\\u at line 1, column 3 is not a valid escape'],
    ['[01]', 'the number at line 1, column 2 is not a JSON number'],
    ['[1.]', 'the number at line 1, column 2 is not a JSON number'],
    ['[.5]', 'found . instead of a value at line 1, column 2'],
    ['[+5]', 'found + instead of a value at line 1, column 2'],
    ['[1e]', 'the number at line 1, column 2 is not a JSON number'],
    ['[- 1]', 'the number at line 1, column 2 is not a JSON number'],
    ['[nulls]', 'nulls at line 1, column 2 is not a JSON value'],
    ['[tru]', 'tru at line 1, column 2 is not a JSON value'],
    ['<html>', 'found < instead of a value at line 1, column 1'],
  ])('says where %j stops being JSON', (content, says) => {
    expect(errorOf(content)).toMatch(/^It is not JSON: /);
    expect(errorOf(content)).toContain(says);
  });

  it.each(['NaN', 'Infinity', '-Infinity', 'nan', '-inf'])('says that %s is no number of JSON', (number) => {
    expect(errorOf(`{"severity": ${number}}`)).toBe(
      `It is not JSON: ${number} at line 1, column 14 is not a JSON number. Leave it out, or write null.`,
    );
  });

  it.each([
    ['{"a": [1, {"b":', 'an object that begins at line 1, column 11'],
    ['[{"a": 1},\n', 'a list that begins at line 1, column 1'],
    ['[\n  {"a": "b', 'a text that begins at line 2, column 9'],
    ['["\\u00', 'a text that begins at line 1, column 2'],
    ['["a\\', 'a text that begins at line 1, column 2'],
    ['[fals', 'a word that begins at line 1, column 2'],
    ['[-', 'a number that begins at line 1, column 2'],
    ['[1.', 'a number that begins at line 1, column 2'],
    ['[1e+', 'a number that begins at line 1, column 2'],
  ])('says that %j ends too early', (content, what) => {
    expect(errorOf(content)).toBe(`It ends in the middle of ${what}: the rest is missing.`);
  });

  it.each([
    ['{"id": 1,\n "b": {"id": 2}, "id": 3}', '"id" twice, the second time at line 2, column 18'],
    ['{"a": 1, "\\u0061": 2}', '"a" twice, the second time at line 1, column 10'],
    ['{"__proto__": 1, "__proto__": 2}', '"__proto__" twice, the second time at line 1, column 18'],
    ['[{}, {"": 1, "": 2}]', '"" twice, the second time at line 1, column 14'],
  ])('refuses a key that an object has twice: %j', (content, says) => {
    expect(errorOf(content)).toBe(`One object has the key ${says}: keep one.`);
  });

  it('shows no more than the beginning of a long key', () => {
    const key = 'k'.repeat(1000);
    expect(errorOf(`{"${key}": 1, "${key}": 2}`).length).toBeLessThan(200);
  });

  it('lets different objects have the same keys', () => {
    expect(read('[{"a": {"a": 1}}, {"a": 2}]')).toEqual([{ at: 'f', value: [{ a: { a: 1 } }, { a: 2 }] }]);
  });

  it('takes a key named __proto__ for a key like any other', () => {
    const [first] = read('{"__proto__": {"x": 1}}');
    expect(JSON.stringify(first)).toBe('{"at":"f","value":{"__proto__":{"x":1}}}');
  });
});

describe('JSON Lines', () => {
  it('are a value a line, empty lines left out, numbers as an editor counts', () => {
    expect(documentsIn('a.jsonl', '\uFEFF\n{"a":1}\r\n\r\n[2]\n3\n')).toEqual([
      { at: 'a.jsonl:2', value: { a: 1 } },
      { at: 'a.jsonl:4', value: [2] },
      { at: 'a.jsonl:5', value: 3 },
    ]);
  });

  it('each bad line has its own error, and the rest is read', () => {
    expect(documentsIn('a.jsonl', '{"a":1}\nnonsense\n{"b":2,"b":3}\n{"c":\n{"d":4}')).toEqual([
      { at: 'a.jsonl:1', value: { a: 1 } },
      { at: 'a.jsonl:2', error: 'It is not JSON: nonsense at column 1 is not a JSON value.' },
      { at: 'a.jsonl:3', error: 'One object has the key "b" twice, the second time at column 8: keep one.' },
      { at: 'a.jsonl:4', error: 'It ends in the middle of an object that begins at column 1: the rest is missing.' },
      { at: 'a.jsonl:5', value: { d: 4 } },
    ]);
  });

  it('are still that when the first line has a key twice', () => {
    expect(read('{"a":1,"a":2}\n{"b":1}').map(({ at }) => at)).toEqual(['f:1', 'f:2']);
  });

  it('are not what a broken document is that merely has many lines', () => {
    expect(errorOf('[\n{"a": 1},\n{"b": 2}\n')).toContain('a list that begins at line 1, column 1');
    expect(errorOf('[{"a": 1, "a": 2},\n{"b": 2}\n')).toContain('a list that begins at line 1, column 1');
    expect(errorOf('{"a":\n{"b": 2}\n')).toContain('an object that begins at line 1, column 1');
  });
});

describe('hostile texts', () => {
  const within = (milliseconds: number, run: () => void): void => {
    // Of work: a clock on the wall would count what else the machine does.
    const begun = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(milliseconds);
  };

  it('nesting is allowed to 64 levels', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(errorOf(nested(64))).toBe('no error');
    expect(errorOf(nested(65))).toBe('It is nested deeper than 64 levels at line 1, column 65; no finding is.');
  });

  it.each(['[', '{"a":', '[{"":['])('10 MB of %s are refused at once', (piece) => {
    const content = piece.repeat(10_000_000 / piece.length);
    within(1000, () => expect(errorOf(content)).toContain('deeper than 64 levels'));
  });

  it('a number and a text may be as long as they like', () => {
    within(5000, () => expect(errorOf('9'.repeat(10_000_000))).toBe('no error'));
    within(5000, () => expect(errorOf(`"${'\\n'.repeat(5_000_000)}"`)).toBe('no error'));
  });

  it('an object has at most 10,000 keys', () => {
    const keys = Array.from({ length: 10_001 }, (_, index) => `"${index}":1`);
    expect(errorOf(`{${keys.slice(1).join(',')}}`)).toBe('no error');
    expect(errorOf(`{${keys.join(',')}}`)).toBe('It has an object with more than 10000 keys.');
  });

  it.runIf(isTurnOf('ten million values', 'bin/console'))('a document has at most 10 million values', () => {
    expect(errorOf(`[${'0,'.repeat(9_999_999)}0]`)).toBe('It holds more than 10000000 values: split it.');
  });

  it('of lines 200,000 are read', () => {
    const lines = read('1\n'.repeat(200_002));
    expect(lines.length).toBe(200_001);
    expect(lines.at(-1)).toEqual({
      at: 'f:200001',
      error: 'Reading stopped here: the file has more than 200000 lines. Split it.',
    });
  });

  it('what is larger than 200 MB is not even looked at', () => {
    expect(errorOf(' '.repeat(200 * 1024 * 1024 + 1))).toBe('It is larger than 200 MB: split it into several files.');
  });

  it('5,000 findings of 4 KB are read in about a second', () => {
    const finding = { id: 'f', resources: Array.from({ length: 48 }, (_, index) => ({ index, arn: 'a'.repeat(60) })) };
    const line = JSON.stringify(finding);
    expect(line.length).toBeGreaterThan(3500);
    // 0.3 s on an idle machine; a step that is not linear would take minutes.
    within(3000, () => expect(read(Array(5000).fill(line).join('\n'))).toHaveLength(5000));
  });
});

describe('any text', () => {
  const brackets = fc.array(
    fc.constantFrom(...'{}[]:,".-+eE01ntrueflsaN \n\\u', '"a"', '"b"', '{"a":', 'null', '1.5'),
    { maxLength: 12 },
  );

  it('gives back what JSON.stringify wrote, compact or not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const content = JSON.stringify(value, null, indent);
        expect(read(content)).toEqual([{ at: 'f', value: JSON.parse(content) }]);
      }),
    );
  });

  it('gives back lines that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 2, maxLength: 5 }), (values) => {
        const content = values.map((value) => JSON.stringify(value)).join('\n');
        const expected = values.map((value, index) => ({
          at: `f:${index + 1}`,
          value: JSON.parse(JSON.stringify(value)),
        }));
        expect(read(content)).toEqual(expected);
      }),
    );
  });

  it('says of every object and list that is cut off that it is', () => {
    const container = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(container, fc.nat(), (value, cut) => {
        const content = JSON.stringify(value);
        expect(errorOf(content.slice(0, 1 + (cut % (content.length - 1))))).toMatch(/^It ends in the middle of /);
      }),
    );
  });

  it('never throws, and always says something', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          brackets.map((parts) => parts.join('')),
        ),
        (content) => {
          expect(read(content).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes for JSON what JSON.parse does, but for keys that come twice', () => {
    const parses = (content: string): boolean => {
      try {
        JSON.parse(content);
        return true;
      } catch {
        return false;
      }
    };
    const line = brackets.map((parts) => parts.join('').replaceAll('\n', ' '));
    fc.assert(
      fc.property(line, (content) => {
        const [first] = read(content);
        const error = first && 'error' in first ? first.error : null;
        expect(error === null || error.startsWith('One object has the key')).toBe(parses(content));
      }),
      { numRuns: 10_000 },
    );
  });
});

// What people read is plain present English: somebody at three in the morning, or whose first language is another, reads it once.
import { expect, test } from 'vitest';
import { committedFiles, lineAt, nodesIn, production, textOf } from './sources.ts';

/** Old-fashioned or roundabout words, with what to write instead. */
const banned: readonly (readonly [RegExp, instead: string])[] = [
  [/\btold\b|\btells? of\b/i, 'reported, posted, shows'],
  [/\bstood\b|\bstands? (?:in|there|on|written)\b/i, 'is, was; before-state'],
  [/\bmeant\b/i, 'intended'],
  [/\bwhoever\b/i, 'anyone who, the person who'],
  [/\bby now\b/i, 'now, since'],
  [/\blet(?:s|ting)? go\b/i, 'release, released'],
  [/\b(?:taken?|takes) (?:away|off)\b|\bgoes back\b|\bgiven back\b/i, 'removed, restored'],
  [/\b(?:is|are|was|were) no longer as\b|\bas it was taken\b/i, 'no longer matches'],
  [/\bleft alone\b/i, 'not asked, nothing was done'],
];

/** Where such a word is right, each with the reason. */
const allowed: readonly { readonly path: string; readonly text: string; readonly because: string }[] = [
  {
    path: 'lambdas/clock/clock-tick/handler.ts',
    text: 'SET #mark = :told',
    because: 'an update expression of DynamoDB: no person reads it',
  },
];

interface Text {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Literals of more than one word: a single word is a name, a key or an outcome, which code compares. */
const inCode: readonly Text[] = production.flatMap(({ path, text: code, program }) =>
  [...nodesIn(program)].flatMap(({ type, value, start }) => {
    const said = type === 'TemplateElement' ? (value as { cooked: string }).cooked : value;
    if ((type !== 'Literal' && type !== 'TemplateElement') || typeof said !== 'string') return [];
    return /\S\s+\S/.test(said) ? [{ path, line: lineAt(code, start), text: said }] : [];
  }),
);

/** Documents and generated pages, without what stands in them as code. */
const inDocuments: readonly Text[] = committedFiles
  .filter((path) => path.endsWith('.md') && !path.startsWith('test/'))
  .flatMap((path) =>
    textOf(path)
      .replace(/```[\s\S]*?```/g, (code) => code.replace(/[^\n]/g, ''))
      .split('\n')
      .map((line, index) => ({ path, line: index + 1, text: line.replace(/`[^`]*`/g, '') })),
  );

const isAllowed = ({ path, text }: Text): boolean => allowed.some((one) => one.path === path && one.text === text);

test('what people read is in plain present English', () => {
  const found = [...inCode, ...inDocuments]
    .filter((one) => !isAllowed(one))
    .flatMap(({ path, line, text }) =>
      banned.flatMap(([word, instead]) => {
        const hit = word.exec(text);
        return hit ? [`${path}:${line} "${hit[0]}" (write: ${instead})`] : [];
      }),
    );
  expect(found).toEqual([]);
});

test('every exception is still needed', () => {
  const needed = inCode.filter(({ text }) => banned.some(([word]) => word.test(text)));
  expect(allowed.filter(({ path, text }) => !needed.some((one) => one.path === path && one.text === text))).toEqual([]);
});

test('there are texts to look at, so that nothing passes by reading nothing', () => {
  expect(inCode.length).toBeGreaterThan(1000);
  expect(inDocuments.length).toBeGreaterThan(500);
});

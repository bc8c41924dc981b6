import { getPriority } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run, type Step } from './steps.ts';

const step = (title: string, script: string): Step => ({ title, command: 'node', words: ['-e', script] });
const holds = step('holds', 'console.log("all is well")');
const fails = step('fails', 'console.error("it is not"); process.exit(3)');

let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((words) => {
    said += String(words);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test('what all lanes hold is 0', async () => {
  expect(await run([holds, holds], [holds], [])).toBe(0);
  // The first lane prints to our own output, past what is heard here.
  expect(said.match(/✓ holds, /g)).toHaveLength(3);
  expect(said.match(/all is well/g)).toHaveLength(1);
});

test.each([
  ['the first', [[fails], [holds]]],
  ['another', [[holds], [fails]]],
])('what %s lane does not hold is 1, and the others are played', async (_, lanes) => {
  expect(await run(...lanes)).toBe(1);
  expect(said).toMatch(/^✗ fails, \d/m);
  expect(said).toMatch(/^✓ holds, \d/m);
});

test('a lane ends with what fails', async () => {
  expect(await run([fails, holds])).toBe(1);
  expect(said).not.toContain('holds');
});

test('one that gives way leaves the processor to the others, and so does all that it starts', async () => {
  const asks = 'console.log("nice", require("node:os").getPriority())';
  const script = `setTimeout(() => require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(asks)}], { stdio: "inherit" }), 300)`;
  const own = getPriority();
  expect(await run([], [step('works', script)], [{ ...step('gives way', script), gives: 'way' }])).toBe(0);
  expect([...said.matchAll(/nice (-?\d+)/g)].map(([, nice]) => Number(nice)).toSorted((a, b) => a - b)).toEqual([
    own,
    own + 5,
  ]);
});

test('a command that is not there fails', async () => {
  await expect(run([{ title: 'nothing', command: 'no-such-command', words: [] }])).rejects.toThrow('ENOENT');
});

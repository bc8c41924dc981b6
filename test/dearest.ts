import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import * as z from 'zod';

/** Which file vitest's reporters write what each suite took to; several runs of it share one. */
const file = process.env.TOURNIQUET_SUITES;

/** Notes what each suite took, imports included. */
export default class Dearest implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, setupDuration, duration } = module.diagnostic();
    const seconds = (collectDuration + setupDuration + duration) / 1000;
    if (file) appendFileSync(file, `${JSON.stringify({ suite: module.relativeModuleId, seconds })}\n`);
  }
}

const Suite = z.object({ suite: z.string(), seconds: z.number() });

/** The ten dearest suites, so that it is seen what makes a run long. Nobody fails for being slow: another machine is slower. */
export function dearestOf(notes: string): string {
  if (!existsSync(notes)) return '';
  const lines = readFileSync(notes, 'utf8').trimEnd().split('\n');
  const suites = lines.map((line) => Suite.parse(JSON.parse(line))).toSorted((a, b) => b.seconds - a.seconds);
  const whole = suites.reduce((sum, { seconds }) => sum + seconds, 0);
  const dearest = suites.slice(0, 10).map(({ suite, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${suite}\n`);
  return `\nThe ten dearest of ${suites.length} suites, which took ${whole.toFixed(0)} s one by one:\n${dearest.join('')}`;
}

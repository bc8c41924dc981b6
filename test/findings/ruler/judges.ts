/** Two independent answers to the question which rules an event matches: AWS's own library, and the sandbox's EventBridge. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import * as z from 'zod';
import { pythonEnvironment } from '../../sandbox/sandbox.ts';

/** Event patterns by the names of their rules. */
export type Patterns = Readonly<Record<string, object>>;
/** For each event the names of the rules it matches. */
export type Matches = readonly (readonly string[])[];
export type Judge = (patterns: Patterns, events: readonly object[]) => Promise<Matches>;

const here = import.meta.dirname;
const pom = join(here, 'pom.xml');
const home = join(here, '../../.sandbox/ruler');
const jars = join(home, createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12));

const Answer = z.array(z.string());

/** One process for all of them: the patterns in the first line, then an event a line; a line comes back for each. */
async function ask(command: string, args: readonly string[], patterns: Patterns, events: readonly object[]) {
  const judge = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => judge.once('close', resolve).once('error', reject));
  // A judge that refuses a pattern stops reading; what it says about it counts, not the broken pipe.
  judge.stdin.once('error', () => {});
  judge.stdin.end([patterns, ...events].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const [said, complaints, code] = await Promise.all([text(judge.stdout), text(judge.stderr), ended]);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${complaints}`);
  const answers = said.split('\n').slice(0, -1);
  if (answers.length !== events.length) throw new Error(`${answers.length} answers to ${events.length} events`);
  return answers.map((line) => Answer.parse(JSON.parse(line)));
}

/** The matcher of the sandbox: what a finding meets in the scenarios. */
export const sandboxJudge: Judge = async (patterns, events) =>
  ask(await pythonEnvironment(() => {}), [join(here, 'judge.py')], patterns, events);

const runs = (command: string): boolean => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;

/** What this machine lacks to ask AWS's library; null if nothing. Once fetched it needs Maven no more. */
export function lacksForRuler(): string | null {
  if (!runs('javac')) return 'a Java development kit, 11 or newer (`javac`)';
  return existsSync(jars) || runs('mvn') ? null : 'Maven (`mvn`)';
}

/** Fetched beside its place and renamed when whole. Somebody who fetches at the same time fetches the same. */
async function fetchRuler(): Promise<void> {
  mkdirSync(home, { recursive: true });
  const building = mkdtempSync(`${jars}-`);
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${building}`];
  try {
    await promisify(execFile)('mvn', ['--quiet', '--batch-mode', '--strict-checksums', '--file', pom, ...goal]);
    if (!existsSync(jars)) renameSync(building, jars);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** AWS's Event Ruler, which EventBridge itself matches with. */
export const rulerJudge: Judge = async (patterns, events) => {
  if (!existsSync(jars)) await fetchRuler();
  return ask('java', ['-cp', join(jars, '*'), join(here, 'Judge.java')], patterns, events);
};

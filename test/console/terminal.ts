/**
 * The process behind `typed`: it runs one command line after another by the very function that bin/tourniquet.ts calls, each in an AWS
 * environment of its own. What a command loads, hundreds of others need not load again.
 */
import { start } from '../../bin/console/start.ts';

export interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Typed {
  readonly id: number;
  readonly words: readonly string[];
  readonly aws: Readonly<Record<string, string>>;
}

export interface Answered extends Ended {
  readonly id: number;
}

const heard = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const)
  process[name].write = (text: string | Uint8Array): boolean => {
    heard[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    return true;
  };

const own = { ...process.env };

async function answer({ id, words, aws }: Typed): Promise<void> {
  for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name];
  Object.assign(process.env, own, aws);
  Object.assign(heard, { stdout: '', stderr: '' });
  const code = await start(words).catch((error: unknown) => {
    // As node ends a program that throws.
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return 1;
  });
  process.send?.({ id, code, ...heard } satisfies Answered);
}

let before: Promise<void> = Promise.resolve();
process.on('message', (typed: Typed) => {
  before = before.then(() => answer(typed));
});
process.on('disconnect', () => process.exit());

import { type ChildProcess, execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Answered, Ended, Typed } from './terminal.ts';

const root = join(import.meta.dirname, '..', '..');

/** What a command line sees of this machine: nothing of its AWS environment gets through. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
});

type Aws = Readonly<Record<string, string>>;

/** A terminal that stays open: a process of node, which this one takes along when it ends. */
interface Terminal {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (answer: Ended) => void>;
}
let open: Terminal | undefined;
let typedSoFar = 0;

function opened(): Terminal {
  const child = fork(join(import.meta.dirname, 'terminal.ts'), {
    cwd: root,
    env: environment(),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting: Terminal['waiting'] = new Map();
  child.on('message', ({ id, ...ended }: Answered) => {
    waiting.get(id)?.(ended);
    waiting.delete(id);
    if (waiting.size === 0) child.channel?.unref();
  });
  child.on('exit', (code) => {
    open = undefined;
    for (const answer of waiting.values()) answer({ code, stdout: '', stderr: 'The terminal has closed.' });
  });
  child.unref();
  child.channel?.unref();
  return { child, waiting };
}

/** Types a command of the operator's command line, in an AWS environment of its own, at a terminal that others have used before. */
export function typed(words: readonly string[], aws: Aws = {}): Promise<Ended> {
  open ??= opened();
  const { child, waiting } = open;
  const id = typedSoFar++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    child.channel?.ref();
    child.send({ id, words, aws } satisfies Typed);
  });
}

/** The same as a program of its own, as the operator starts it: where that is what is tested, or its loading is. */
export function launched(words: readonly string[], env: Aws = {}): Promise<Ended> {
  return ran([join('bin', 'tourniquet.ts'), ...words], env);
}

/** The same, interrupted (Ctrl-C) once `begun` is true. */
export function interrupted(words: readonly string[], env: Aws, begun: () => Promise<boolean>): Promise<Ended> {
  const options = { cwd: root, env: { ...environment(), ...env } };
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join('bin', 'tourniquet.ts'), ...words],
      options,
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    const look = async (): Promise<void> => {
      while (!(await begun())) await setTimeout(50);
      child.kill('SIGINT');
    };
    look().catch(reject);
  });
}

const note = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write(String(user+system))})';

/** The same, with the milliseconds of processor time it took: a clock on the wall would count what else the machine does. */
export async function timed(words: readonly string[]): Promise<Ended & { readonly milliseconds: number }> {
  const ended = await ran(['--import', `data:text/javascript,${note}`, join('bin', 'tourniquet.ts'), ...words], {});
  return { ...ended, milliseconds: Number(ended.stderr) / 1000 };
}

function ran(command: readonly string[], aws: Aws): Promise<Ended> {
  const env = { ...environment(), ...aws };
  return new Promise((resolve) => {
    execFile(process.execPath, [...command], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

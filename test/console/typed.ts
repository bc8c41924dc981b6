import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types a command of the operator's command line, in an AWS environment of its own: nothing of the machine's gets through. */
export function typed(words: readonly string[], aws: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return ran([join('bin', 'tourniquet.ts'), ...words], aws);
}

const note = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write(String(user+system))})';

/** The same, with the milliseconds of processor time it took: a clock on the wall would count what else the machine does. */
export async function timed(words: readonly string[]): Promise<Ended & { readonly milliseconds: number }> {
  const ended = await ran(['--import', `data:text/javascript,${note}`, join('bin', 'tourniquet.ts'), ...words], {});
  return { ...ended, milliseconds: Number(ended.stderr) / 1000 };
}

function ran(command: readonly string[], aws: Readonly<Record<string, string>>): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    ...aws,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [...command], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

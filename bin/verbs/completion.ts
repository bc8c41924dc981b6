import { join } from 'node:path';
import { Argument } from 'commander';
import type { Verb } from '../console/verb.ts';

const shells = ['bash', 'zsh', 'fish'];
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

/** The shell calls this very file for suggestions, with the Node that runs it now: the machine's own may be too old. */
const program = [process.execPath, join(import.meta.dirname, '..', 'tourniquet.ts')].map(quoted).join(' ');

/** `setup` of tab prints; we need the text. */
function captured(print: () => void): string {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}

/** Not an alias: zsh would complete what the alias stands for. */
const definition = (shell: string): string =>
  shell === 'fish' ? `function tourniquet; ${program} $argv; end` : `tourniquet() { ${program} "$@"; }`;

export default {
  name: 'completion',
  summary: 'print a script that makes `tourniquet` a command of your shell, with completion',
  operands: [new Argument('<shell>', 'which').choices(shells)],
  options: [],
  examples: ['completion bash >> ~/.bashrc', 'completion fish > ~/.config/fish/conf.d/tourniquet.fish'],

  async run({ operands: [shell = ''] }) {
    const { default: tab } = await import('@bomb.sh/tab');
    const script = captured(() => tab.setup('tourniquet', program, shell));
    const text = `${script}\n\n${definition(shell)}`;
    return { data: { shell, script: text }, text, next: 'incidents', form: 'script' };
  },
} satisfies Verb;

import { readdir } from 'node:fs/promises';

/** Bash expands what it is offered once more: a name with a $ or a ` in it could run a command. Such files are typed by hand. */
const plain = /^[\w.,@%+=-]+$/;

/** Files and folders whose path begins as typed; hidden ones when their dot is typed. */
export async function filesBeginning(typed: string): Promise<string[]> {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => plain.test(name))
    .filter(({ name }) => !name.startsWith('.') || typed.startsWith(`${folder}.`))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter((path) => path.startsWith(typed));
}

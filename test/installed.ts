import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Dependencies that package.json names and nobody has installed: it changed since, and all that fails then says so in other words. */
export function notInstalled(root: string): string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  return names.filter((name) => !existsSync(join(root, 'node_modules', name)));
}

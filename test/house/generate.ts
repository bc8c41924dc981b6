import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../lib/asl/check.ts';
import { catalogue, page } from '../../lib/asl/page.ts';
import { render } from '../../lib/asl/render.ts';
import { configSchema } from '../../lib/infra/settings.ts';
import { playbooks } from '../../playbooks/index.ts';

const folder = join(import.meta.dirname, '../../playbooks');

/** What is generated and committed: path → content. */
export function generated(): Map<string, string> {
  const files = playbooks.flatMap((book): [string, string][] => [
    [join(folder, book.name, 'playbook.asl.json'), `${JSON.stringify(render(book), null, 2)}\n`],
    [join(folder, book.name, 'README.md'), page(book)],
  ]);
  const schema = join(folder, '../docs/tourniquet.schema.json');
  return new Map([...files, [join(folder, 'README.md'), catalogue(playbooks)], [schema, configSchema()]]);
}

if (import.meta.main) {
  const wrongs = check(playbooks);
  if (wrongs.length > 0) throw new Error(`The playbooks are not sound:\n${wrongs.join('\n')}`);
  for (const [path, content] of generated()) writeFileSync(path, content);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../lib/asl/check.ts';
import { catalogue, page } from '../../lib/asl/page.ts';
import { render } from '../../lib/asl/render.ts';
import { regimes } from '../../lib/domain/clock/regimes.ts';
import { functionFolders } from '../../lib/infra/function-folders.ts';
import { configSchema } from '../../lib/infra/settings.ts';
import { playbooks } from '../../playbooks/index.ts';
import { costSection } from './cost.ts';
import { costSentence } from './idle-cost.ts';
import { stepPage, steps } from './step-page.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'playbooks');

/** The regimes and their reports, as the README lists them. */
function regimeTable(): string {
  const rows = regimes.map(({ name, title, standing, reports }) => {
    const owed = standing === 'draft' ? ' (draft, nobody owes it yet)' : '';
    const all = Object.keys(reports).map((report) => `\`${report}\``);
    return `| \`${name}\` | ${title}${owed} | ${all.join(' · ')} |`;
  });
  return ['| Regime | What it is | Reports |', '|---|---|---|', ...rows].join('\n');
}

/** A page that is written by hand, but for what stands between `<!-- generated: name -->` and `<!-- end -->`. */
function filledIn(path: string, parts: Readonly<Record<string, string>>): [string, string] {
  const text = readFileSync(path, 'utf8');
  const filled = text.replace(
    /(<!-- generated: (\w+) -->\n).*?(?=<!-- end -->)/gs,
    (_, start: string, name: string) => {
      if (!parts[name]) throw new Error(`${path}: nothing is generated under the name ${name}.`);
      return `${start}\n${parts[name]}\n\n`;
    },
  );
  return [path, filled];
}

/**
 * What is generated and committed: each path with its content, in an order in which they can be written one after the other. The last is
 * read from the template, and that holds the definitions as they lie there by then.
 */
export function* generated(): Generator<[path: string, content: string]> {
  for (const book of playbooks) {
    yield [join(folder, book.name, 'playbook.asl.json'), `${JSON.stringify(render(book), null, 2)}\n`];
    yield [join(folder, book.name, 'README.md'), `${page(book)}\n${costSection(book)}`];
  }
  for (const step of steps) yield [join(functionFolders.get(step.name) ?? '', 'README.md'), stepPage(step)];
  yield [join(folder, 'README.md'), catalogue(playbooks)];
  yield [join(root, 'docs/tourniquet.schema.json'), configSchema()];
  yield filledIn(join(root, 'README.md'), { regimes: regimeTable(), cost: costSentence() });
}

if (import.meta.main) {
  const wrongs = check(playbooks);
  if (wrongs.length > 0) throw new Error(`The playbooks are not sound:\n${wrongs.join('\n')}`);
  for (const [path, content] of generated()) writeFileSync(path, content);
}

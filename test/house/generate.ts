import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { canaries } from '../../bin/doctor/every-canary.ts';
import { checks } from '../../bin/doctor/every-check.ts';
import { unproven } from '../../bin/doctor/unproven.ts';
import { manifest } from '../../lambdas/eks/calls.ts';
import { check } from '../../lib/asl/check.ts';
import { catalogue, page } from '../../lib/asl/page.ts';
import { render } from '../../lib/asl/render.ts';
import { regimes } from '../../lib/domain/clock/regimes.ts';
import { functionFolders } from '../../lib/infra/function-folders.ts';
import { configSchema } from '../../lib/infra/settings.ts';
import { playbooks } from '../../playbooks/index.ts';
import { costSection } from './cost.ts';
import { rulesTables } from './rules-page.ts';
import { stepPage, steps } from './step-page.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'playbooks');

/** The regimes and their reports, as docs/reports.md lists them. */
function regimeTable(): string {
  const rows = regimes.map(({ name, title, standing, reports }) => {
    const owed = standing === 'draft' ? ' (draft, nobody owes it yet)' : '';
    const all = Object.keys(reports).map((report) => `\`${report}\``);
    return `| \`${name}\` | ${title}${owed} | ${all.join(' · ')} |`;
  });
  return ['| Regime | What it is | Reports |', '|---|---|---|', ...rows].join('\n');
}

/** Every check of the doctor with the rights it takes, and what it cannot show. */
function doctorPage(): string {
  const rows = checks.map(
    ({ id, title, asks }) => `| \`${id}\` | ${title} | ${asks.map((one) => `\`${one}\``).join(' ')} |`,
  );
  const others = unproven.map(({ id, title, how }) => `| \`${id}\` | ${title} | ${how} |`);
  const made = canaries.map(
    ({ id, title, asks }) => `| \`${id}\` | ${title} | ${asks.map((one) => `\`${one}\``).join(' ')} |`,
  );
  return [
    '# What `tourniquet doctor` asks',
    'Generated from [bin/doctor](../bin/doctor) by `npm run generate`. Finding the deployment takes `cloudformation:DescribeStacks`, `cloudformation:GetTemplateSummary` and `cloudformation:ListStackResources`; a member account `sts:AssumeRole` on the role that `--role` names; `--region all` `ec2:DescribeRegions`. `lambda:InvokeFunction` is asked for `function:NAME-*:$LATEST` alone: called by that name a function answers a check, assumes its roles, dry-runs, changes nothing, and does nothing else.',
    ['| Check | What is true when all is well | Rights it takes |', '|---|---|---|', ...rows].join('\n'),
    '## What `--canary` makes, uses and removes',
    'In the hub’s account and Region, with your own rights, never with a role of ours; each thing has the tag `tourniquet-canary`, users the path `/tourniquet-canary/`. Ctrl-C removes what was made; whatever is left an hour later the next run with `--canary` removes.',
    ['| Canary | What is true when all is well | Rights it takes |', '|---|---|---|', ...made].join('\n'),
    '## What reading cannot show',
    'These are listed as `not-proven`: only a change in a real account shows them.',
    ['| Name | What is to be shown | How |', '|---|---|---|', ...others].join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** What a cluster's administrator applies: see docs/kubernetes.md. */
const kubernetesRoles = (): string =>
  `# Generated from lambdas/eks/calls.ts by \`npm run generate\`.\n${manifest()
    .map((object) => stringify(object))
    .join('---\n')}`;

/** A page written by hand, but for what stands between `<!-- generated: name -->` and `<!-- end -->`. */
export function between(
  file: string,
  name: 'regimes' | 'cost' | 'rules',
  part: string,
): [path: string, content: string] {
  const path = join(root, file);
  const [before, after] = [`<!-- generated: ${name} -->\n`, '<!-- end -->'];
  const [head = '', rest] = readFileSync(path, 'utf8').split(before);
  if (rest === undefined) throw new Error(`${path} has no ${before}`);
  return [path, `${head}${before}\n${part}\n\n${rest.slice(rest.indexOf(after))}`];
}

/** What is generated from what is declared, and committed: each path with its content. */
export function* generated(): Generator<[path: string, content: string]> {
  for (const book of playbooks) {
    yield [join(folder, book.name, 'playbook.asl.json'), `${JSON.stringify(render(book), null, 2)}\n`];
    yield [join(folder, book.name, 'README.md'), `${page(book)}\n${costSection(book)}`];
  }
  for (const step of steps) yield [join(functionFolders.get(step.name) ?? '', 'README.md'), stepPage(step)];
  yield [join(folder, 'README.md'), catalogue(playbooks)];
  yield [join(root, 'docs/tourniquet.schema.json'), configSchema()];
  yield between('docs/reports.md', 'regimes', regimeTable());
  yield between('docs/timeline.md', 'rules', rulesTables());
  yield [join(root, 'docs/doctor.md'), doctorPage()];
  yield [join(root, 'docs/kubernetes.yaml'), kubernetesRoles()];
}

if (import.meta.main) {
  const wrongs = check(playbooks);
  if (wrongs.length > 0) throw new Error(`The playbooks are not sound:\n${wrongs.join('\n')}`);
  for (const [path, content] of generated()) writeFileSync(path, content);
  // Read from the template, which holds the definitions just written.
  const { costSentence } = await import('./idle-cost.ts');
  writeFileSync(...between('README.md', 'cost', costSentence()));
}

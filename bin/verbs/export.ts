import { Argument, Option } from 'commander';
import { stack, type Verb } from '../console/verb.ts';

export default {
  name: 'export',
  summary: 'fetch the sealed record of an incident out of the vault, verify and unpack it',
  operands: [new Argument('<incident>', 'as `incidents` lists it')],
  options: [
    new Option('--to <folder>', 'where a folder for it is made').makeOptionMandatory(),
    new Option('--seal', 'seal it anew first, as it stands now; for approvers').preset('first'),
    stack,
  ],
  examples: ['export inc-0123456789ab --to .', 'export inc-0123456789ab --to /mnt/records --seal --json'],

  async run({ operands: [incident = ''], options: { to = '', seal, stack = '' } }) {
    const { join, resolve } = await import('node:path');
    const { names } = await import('../../lib/record/export/files.ts');
    const { findDeployment } = await import('../console/deployment.ts');
    const { harmless } = await import('../console/paint.ts');
    const { fetchVerified, newestOf, publishedKey, writeFiles } = await import('../console/export-fetch.ts');
    if (seal) {
      const { decide, SealedNow } = await import('../console/decisions.ts');
      await decide(stack, { action: 'seal', incident }, SealedNow, 'SealUrl');
    }
    const deployment = await findDeployment(stack);
    const sealed = await newestOf(deployment, incident);
    const { entries, head, uri, version, now, unstamped = null } = sealed;
    const key = await publishedKey(deployment);
    const files = await fetchVerified(incident, sealed, key);
    const path = join(resolve(to), incident);
    await writeFiles(path, files);
    const page = join(path, names.page);
    const since = now > entries ? ` ${now - entries} were added since: --seal seals them too.` : '';
    const text = [
      `${incident}: ${entries} ledger entries, verified.${since}`,
      ...(unstamped ? [`It has no time-stamp; --seal asks for one again. ${harmless(unstamped)}`] : []),
      `It lies in ${path}; README.txt there says how anybody checks it without this program.`,
      `Key ${key}, by KMS: publish it where an outsider finds it, and not with the record.`,
    ].join('\n');
    const data = { incident, path, page, verified: true, entries, head, key, uri, version, unstamped };
    return { data, text, next: `verify '${path}' --key ${key}` };
  },
} satisfies Verb;

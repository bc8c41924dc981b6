import { Argument, InvalidArgumentError, Option } from 'commander';
import { checking, through } from '../console/calls.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** All checkpoints of the deployment, without any incident. */
async function exportCheckpoints(stack: string, to: string): Promise<Answer> {
  const { findDeployment } = await import('../console/deployment.ts');
  const { fetchCheckpoints } = await import('../console/checkpoints.ts');
  const { path, count } = await fetchCheckpoints(await findDeployment(stack), to);
  const text = `${count} checkpoints are in ${path}.`;
  return { data: { path, checkpoints: count }, text, next: `verify --checkpoints '${path}'` };
}

/** What is fetched says how its evidence was when it was sealed. */
const notLooked =
  'Its evidence was read back when it was sealed, and once a day since where it is a snapshot: --seal reads all of it back now.';

/** What reading the evidence back has shown. */
function evidenceLine(wrong: readonly string[]): string {
  if (wrong.length === 0) return 'Its evidence was read back just now, and is as recorded.';
  return `Its evidence was read back just now, and is NOT as recorded: ${wrong.join('; ')}`;
}

export default {
  name: 'export',
  summary: 'fetch the sealed record of an incident from the vault, verify and unpack it',
  operands: [new Argument('[incident]', 'as `incidents` lists it; may be left out with --checkpoints')],
  options: [
    new Option('--to <folder>', 'folder to create the export in').makeOptionMandatory(),
    new Option(
      '--seal',
      'seal its current state first, and read its evidence back, snapshots too; approvers only',
    ).preset('first'),
    new Option('--checkpoints', 'fetch the daily checkpoints too, into the folder checkpoints').preset('too'),
    stack,
  ],
  examples: ['export inc-0123456789ab --to .', 'export inc-0123456789ab --to /mnt/records --seal --json'],
  calls: { responder: [...checking, ...through('SealUrl')], auditor: checking },

  async run({ operands: [incident], options: { to = '', seal, checkpoints, stack = '' } }) {
    if (checkpoints && incident === undefined) return exportCheckpoints(stack, to);
    if (incident === undefined) throw new InvalidArgumentError("missing required argument 'incident'");
    const { join, resolve } = await import('node:path');
    const { names } = await import('../../lib/record/export/files.ts');
    const { findDeployment } = await import('../console/deployment.ts');
    const { harmless } = await import('../console/paint.ts');
    const { fetchRecord, publishedKey } = await import('../console/export-fetch.ts');
    const { decide, SealedNow } = await import('../console/decisions.ts');
    const sealing = seal ? await decide(stack, { action: 'seal', incident }, SealedNow, 'SealUrl') : null;
    const { evidence = null } = sealing ?? {};
    const deployment = await findDeployment(stack);
    const key = await publishedKey(deployment);
    const { sealed, path } = await fetchRecord(deployment, incident, { to: resolve(to), key });
    const { entries, head, uri, version, now, unstamped = null } = sealed;
    const { coversOf, coverLine, fetchCheckpoints } = await import('../console/checkpoints.ts');
    const covers = await coversOf(deployment, incident);
    const fetched = checkpoints ? await fetchCheckpoints(deployment, to) : null;
    const page = join(path, names.page);
    const since = now > entries ? ` ${now - entries} were added since: --seal includes them.` : '';
    const text = [
      `${incident}: ${entries} ledger entries, verified.${since}`,
      ...(unstamped ? [`It has no time-stamp; --seal asks for one again. ${harmless(unstamped)}`] : []),
      evidence ? evidenceLine(evidence) : notLooked,
      `It is in ${path}; its README.txt explains how to check it without this program.`,
      coverLine(covers, entries),
      ...(fetched ? [`${fetched.count} checkpoints are in ${fetched.path}.`] : []),
      `Key fingerprint ${key} (from KMS): publish it where outsiders can find it, not together with the record.`,
    ].join('\n');
    const data = {
      incident,
      path,
      page,
      verified: true,
      entries,
      head,
      key,
      uri,
      version,
      unstamped,
      covers,
      evidence,
    };
    return { data, text, next: `verify '${path}' --key ${key}` };
  },
} satisfies Verb;

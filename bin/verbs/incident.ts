import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Incident } from '../../lib/record/incident.ts';
import { reading, telling } from '../console/calls.ts';
import type { Deployment } from '../console/deployment.ts';
import type { WhichLogs } from '../console/timeline/for-page.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

const which = ['some', 'all', 'none'] as const satisfies readonly WhichLogs[];

interface Page {
  readonly file: string;
  readonly logs: WhichLogs;
  readonly now: string;
}

/** The incident as one HTML file; what is printed says where it lies. */
async function asPage(deployment: Deployment, found: Incident, { file, logs: wanted, now }: Page): Promise<Answer> {
  const { writePage } = await import('../console/page-file.ts');
  const { nextAbout } = await import('../console/incident-page.ts');
  const { logsForPage } = await import('../console/timeline/for-page.ts');
  const { logs, failed } = await logsForPage(deployment, found, wanted);
  const written = await writePage(file, found, now, logs);
  const text = `Wrote the page of ${found.incident} to ${written}. It loads nothing from outside: open it in a browser, print it, pass it on.`;
  return { data: { ...found, page: written }, text, next: nextAbout(found), ...(failed && { failed }) };
}

export default {
  name: 'incident',
  summary: 'show everything about one incident: findings, approvals, steps, obligations, evidence, ledger, timeline',
  operands: [new Argument('<id>', 'as `incidents` lists it')],
  options: [
    stack,
    new Option(
      '--page <file>',
      'write it as one HTML file instead; overwrites only an earlier page of the same incident',
    ),
    new Option(
      '--logs <which>',
      'with --page: sealed logs for how they came in and what they reached; left out: as many as are read in seconds',
    ).choices(which),
  ],
  examples: ['incident inc-0123456789ab --json', 'incident inc-0123456789ab --page incident.html'],
  // An operator’s page says that the logs could not be fetched.
  calls: { responder: telling, auditor: telling, operator: reading },

  async run({ operands: [id = ''], options: { stack = '', page, logs } }) {
    if (logs !== undefined && page === undefined) throw new InvalidArgumentError('--logs goes with --page.');
    const { findDeployment } = await import('../console/deployment.ts');
    const { readIncident } = await import('../console/incident-read.ts');
    const { incidentPage, nextAbout } = await import('../console/incident-page.ts');
    const deployment = await findDeployment(stack);
    const found = await readIncident(deployment, id);
    const now = new Date().toISOString();
    if (page !== undefined) return asPage(deployment, found, { file: page, logs: (logs ?? 'some') as WhichLogs, now });
    return { data: found, text: await incidentPage(found, now), next: nextAbout(found) };
  },
} satisfies Verb;

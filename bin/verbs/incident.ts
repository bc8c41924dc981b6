import { Argument, Option } from 'commander';
import type { Incident } from '../../lib/record/incident.ts';
import { everybody, reading } from '../console/calls.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** The incident as one HTML file; what is printed says where it lies. */
async function asPage(found: Incident, file: string, now: string): Promise<Answer> {
  const { writePage } = await import('../console/page-file.ts');
  const { nextAbout } = await import('../console/incident-page.ts');
  const written = await writePage(file, found, now);
  const text = `Wrote the page of ${found.incident} to ${written}. It loads nothing from outside: open it in a browser, print it, pass it on.`;
  return { data: { ...found, page: written }, text, next: nextAbout(found) };
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
  ],
  examples: ['incident inc-0123456789ab --json', 'incident inc-0123456789ab --page incident.html'],
  calls: everybody(reading),

  async run({ operands: [id = ''], options: { stack = '', page } }) {
    const { findDeployment } = await import('../console/deployment.ts');
    const { readIncident } = await import('../console/incident-read.ts');
    const { incidentPage, nextAbout } = await import('../console/incident-page.ts');
    const found = await readIncident(await findDeployment(stack), id);
    const now = new Date().toISOString();
    if (page !== undefined) return asPage(found, page, now);
    return { data: found, text: await incidentPage(found, now), next: nextAbout(found) };
  },
} satisfies Verb;

import type { Kept } from '../../lib/record/retention.ts';
import { emptying } from '../console/calls.ts';
import { stack, type Verb } from '../console/verb.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function linesOf({ incident, objects, bytes, snapshots, lockedUntil, because }: Kept): Promise<string> {
  const { harmless, heading, when } = await import('../console/paint.ts');
  const since = lockedUntil === null ? 'it was never locked' : `since ${when(lockedUntil)}`;
  const state = because.length === 0 ? [`  may go, ${since}`] : harmless(because).map((one) => `  stays: ${one}`);
  return [
    `${heading(incident)}: ${objects} objects, ${megabytes(bytes)}, ${snapshots.length} snapshots`,
    ...state,
  ].join('\n');
}

export default {
  name: 'retention',
  summary:
    'list what is kept of each incident, what may go and since when, its monthly cost, and the commands that remove it',
  operands: [],
  options: [stack],
  examples: ['retention', 'retention --json'],
  calls: { auditor: emptying },

  async run({ options: { stack = '' } }) {
    const { findDeployment } = await import('../console/deployment.ts');
    const { commandsFor, monthly, retained } = await import('../console/retention.ts');
    const deployment = await findDeployment(stack);
    const { kept, others } = await retained(deployment, new Date().toISOString());
    const region = await deployment.client.region();
    const bucket = deployment.output('VaultName');
    const may = kept.filter(({ because }) => because.length === 0);
    const commands = may.flatMap((one) => commandsFor(one, bucket, region));
    const bytes = kept.reduce((sum, one) => sum + one.bytes, others.bytes);
    const gone = may.reduce((sum, one) => sum + one.bytes, 0);
    const dollars = { all: monthly(bytes), mayGo: monthly(gone) };
    const text = [
      ...(await Promise.all(kept.map(linesOf))),
      `Besides: ${others.objects} objects, ${megabytes(others.bytes)} (checkpoints, findings without an incident).`,
      `The vault costs ${dollars.all.toFixed(2)} dollars a month; ${dollars.mayGo.toFixed(2)} of it may go. EBS charges snapshots by their changed blocks, which it does not say.`,
      'The ledgers stay in the table: verify --checkpoints names an incident that is removed from it.',
      ...(commands.length > 0
        ? [
            'No role of Tourniquet can delete evidence. Export first; then, with an administrator of the hub:',
            commands.join('\n'),
          ]
        : []),
    ].join('\n\n');
    return {
      data: { kept, others, dollars, commands },
      text,
      next: may[0] ? `export ${may[0].incident} --to .` : 'incidents',
    };
  },
} satisfies Verb;

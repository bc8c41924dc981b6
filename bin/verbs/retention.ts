import { Argument, InvalidArgumentError } from 'commander';
import type { Kept } from '../../lib/record/retention.ts';
import { emptying, through } from '../console/calls.ts';
import type { Answered } from '../console/retention.ts';
import { type Answer, reason, stack, type Verb } from '../console/verb.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function linesOf({ incident, table, objects, bytes, snapshots, lockedUntil, because }: Kept): Promise<string> {
  const { harmless, heading, when } = await import('../console/paint.ts');
  const since = lockedUntil === null ? 'it was never locked' : `since ${when(lockedUntil)}`;
  const state = because.length === 0 ? [`  may go, ${since}`] : harmless(because).map((one) => `  stays: ${one}`);
  return [
    `${heading(incident)}${table === 'left' ? ' (left the table)' : ''}: ${objects} objects, ${megabytes(bytes)}, ${snapshots.length} snapshots`,
    ...state,
  ].join('\n');
}

async function list(stack: string): Promise<Answer> {
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
    'In the table they stay until two people agree (retention remove), or for tableDays; verify --checkpoints names who removed what.',
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
}

async function said({ outcome, incident, removal, by, second, expiresAt }: Answered): Promise<Answer> {
  const { harmless, when } = await import('../console/paint.ts');
  const data = { outcome, incident, removal, by, second, expiresAt };
  if (outcome === 'removed')
    return {
      data,
      text: harmless(
        `${incident} is to leave the table, by the word of ${by} and ${second}. The next daily checkpoint names it, and it goes on the day after; the vault keeps its export.`,
      ),
      next: 'verify --checkpoints',
    };
  const text = `Proposed by ${by}: ${incident} is removed once another approver agrees: retention approve ${removal}. It expires ${when(expiresAt ?? '')}.`;
  return { data, text: harmless(text), next: `retention approve ${removal}` };
}

async function propose(stack: string, incident: string | undefined, why: string | undefined): Promise<Answer> {
  const { proposeRemoval } = await import('../console/retention.ts');
  if (!incident) throw new InvalidArgumentError('retention remove takes an incident, as `retention` lists it.');
  if (!why) throw new InvalidArgumentError("retention remove needs option '--reason <text>'.");
  return said(await proposeRemoval(stack, incident, why));
}

async function approve(stack: string, removal: string | undefined): Promise<Answer> {
  const { approveRemoval } = await import('../console/retention.ts');
  if (!removal) throw new InvalidArgumentError('retention approve takes the id of a removal, as the message shows it.');
  return said(await approveRemoval(stack, removal));
}

export default {
  name: 'retention',
  summary:
    'list what is kept of each incident, what may go and since when, and its monthly cost; remove it, by two people',
  operands: [
    new Argument(
      '[action]',
      'list; remove INCIDENT: from the table, where it is closed and exported; approve REMOVAL: as the second person',
    )
      .choices(['list', 'remove', 'approve'])
      .default('list'),
    new Argument('[what]', 'with remove: an incident; with approve: the id of a removal'),
  ],
  options: [reason, stack],
  examples: ['retention', 'retention remove inc-0123456789ab --reason "kept for two years"'],
  calls: { responder: through('RetentionUrl'), auditor: emptying },

  async run({ operands: [action = 'list', what], options: { stack = '', reason: why } }) {
    if (action === 'remove') return propose(stack, what, why);
    if (action === 'approve') return approve(stack, what);
    if (what) throw new InvalidArgumentError('retention list takes nothing more than options.');
    return list(stack);
  },
} satisfies Verb;

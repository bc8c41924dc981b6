import { InvalidArgumentError, Option } from 'commander';
import { destroying, emptying, through } from '../console/calls.ts';
import type { Deployment } from '../console/deployment.ts';
import type { Elsewhere } from '../console/elsewhere.ts';
import type { Holdings } from '../console/holdings.ts';
import type { Remaining } from '../console/remains.ts';
import { type Answer, Failure, stack, type Verb } from '../console/verb.ts';

/** On a terminal, and not in what a program reads. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
};

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

async function owedLines({ owed }: Holdings): Promise<string[]> {
  if (owed.length === 0) return [];
  const { harmless, when } = await import('../console/paint.ts');
  const lines = harmless(owed).map(({ incident, report, dueAt }) => `  ${incident} ${report}, due ${when(dueAt)}`);
  return [`Nobody is reminded any more of ${counted(owed.length, 'report')} that you owe:`, ...lines];
}

/** What has to end before, each with the verb that ends it. */
async function stopped(holdings: Holdings): Promise<Answer> {
  const { harmless } = await import('../console/paint.ts');
  const { holding } = holdings;
  const lines = harmless(holding).map(({ kind, incident, what, end }) => {
    const how = end ? `tourniquet ${end}` : 'wait for it, or stop it in Step Functions';
    return `${kind}${incident ? ` of ${incident}` : ''}: ${what}\n  ends by: ${how}`;
  });
  return {
    data: { outcome: 'stopped', ...holdings },
    text: [...lines, ...(await owedLines(holdings))].join('\n'),
    next: holding.find(({ end }) => end)?.end ?? 'incidents',
    failed: `Nothing was changed: ${counted(holding.length, 'thing')} would be left without Tourniquet.`,
  };
}

/** The stacks of other accounts and Regions; null where the template is of a version that does not say. */
async function elsewhereOf({ client, output }: Deployment, name: string): Promise<Elsewhere[] | null> {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  const { stacksElsewhere } = await import('../console/elsewhere.ts');
  const { configOf } = await import('../doctor/patient.ts');
  const [, , , region = await client.region(), account = ''] = output('SealingKeyArn').split(':');
  try {
    return stacksElsewhere(await configOf(new CloudFormationClient(), name), { account, region });
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function elsewhereLines(elsewhere: readonly Elsewhere[] | null): string[] {
  if (elsewhere?.length === 0) return [];
  const unknown = [
    '  TourniquetRollout, TourniquetForwarder and TourniquetMember, where you deployed them: npx cdk destroy',
  ];
  return [
    'Stacks elsewhere stay; remove them with credentials of their accounts, in this order:',
    ...(elsewhere?.map(({ stack: one, where, end }) => `  ${one} in ${where}\n    ${end}`) ?? unknown),
  ];
}

async function looked(deployment: Deployment, holdings: Holdings, name: string): Promise<Answer> {
  const { incidents } = holdings;
  const elsewhere = await elsewhereOf(deployment, name);
  const text = [
    `Nothing is held and nothing runs in "${name}". Nothing was changed.`,
    `With --to the records of ${counted(incidents.length, 'incident')} are exported, and the stack is deleted.`,
    ...(await owedLines(holdings)),
    ...elsewhereLines(elsewhere),
  ].join('\n');
  return { data: { outcome: 'nothing held', ...holdings, elsewhere }, text, next: 'destroy --to FOLDER' };
}

async function seal(name: string, { holding }: Holdings): Promise<void> {
  const { decide, SealedNow } = await import('../console/decisions.ts');
  for (const { kind, incident } of holding) {
    if (kind !== 'record' || !incident) continue;
    progress(`sealing ${incident}`);
    await decide(name, { action: 'seal', incident }, SealedNow, 'SealUrl');
  }
}

/** Every record, verified, and the checkpoints; nothing is deleted before they lie there. */
async function take(deployment: Deployment, incidents: readonly string[], to: string): Promise<void> {
  const { fetchCheckpoints } = await import('../console/checkpoints.ts');
  const { fetchRecord, publishedKey } = await import('../console/export-fetch.ts');
  const key = await publishedKey(deployment);
  for (const [index, incident] of incidents.entries()) {
    progress(`exporting ${index + 1} of ${incidents.length}: ${incident}`);
    await fetchRecord(deployment, incident, { to, key });
  }
  await fetchCheckpoints(deployment, to);
}

async function remainingLines(remaining: readonly Remaining[]): Promise<string[]> {
  const { when } = await import('../console/paint.ts');
  return remaining.map(
    ({ what, name, from, how }) => `  ${what} ${name}\n    ${from ? `from ${when(from)}` : 'now'}: ${how}`,
  );
}

async function removed(name: string, to: string, deployment: Deployment, holdings: Holdings): Promise<Answer> {
  const { holdingsOf } = await import('../console/holdings.ts');
  const { adoption, remainsOf } = await import('../console/remains.ts');
  const { removeStack } = await import('../console/removal.ts');
  await take(deployment, holdings.incidents, to);
  progress('reading the locks of the vault');
  const remaining = await remainsOf(deployment);
  // Exporting takes its time, and findings arrive meanwhile.
  const now = await holdingsOf(deployment);
  if (now.holding.length > 0) return stopped(now);
  // Its template says where else there are stacks, and goes with it.
  const elsewhere = await elsewhereOf(deployment, name);
  await removeStack(name, progress);
  progress('');
  const text = [
    `"${name}" is deleted. The records of ${counted(holdings.incidents.length, 'incident')} are in ${to}.`,
    ...(await owedLines(holdings)),
    'What stays, and from when it may go:',
    ...(await remainingLines(remaining)),
    ...elsewhereLines(elsewhere),
    'A later deployment goes on with them, with this under "tourniquet" in cdk.json:',
    JSON.stringify(adoption(deployment), null, 2),
  ].join('\n');
  const data = { outcome: 'destroyed', to, ...holdings, remaining, elsewhere, ...adoption(deployment) };
  return { data, text, next: `verify --checkpoints '${to}/checkpoints'` };
}

/** There is nothing to export of it: neither records nor outputs. */
async function neverStood(name: string, to: string | undefined): Promise<Answer> {
  const { removeStack } = await import('../console/removal.ts');
  if (to) await removeStack(name, progress);
  progress('');
  const text = to
    ? `"${name}" is deleted. Its first deployment failed: only its empty tables stay.`
    : `The first deployment of "${name}" failed: it holds nothing but empty tables. With --to it is deleted.`;
  return {
    data: { outcome: to ? 'destroyed' : 'nothing held', incidents: [] },
    text,
    next: to ? 'doctor' : 'destroy --to FOLDER',
  };
}

export default {
  name: 'destroy',
  summary: 'remove the deployment from this account, once it holds nothing; without --to it only looks',
  operands: [],
  options: [
    new Option('--to <folder>', 'new folder for the records of all incidents and the checkpoints; then delete'),
    new Option('--seal', 'seal first what is not sealed; approvers only').preset('first'),
    stack,
  ],
  examples: ['destroy', 'destroy --to /mnt/records/tourniquet --json'],
  calls: { responder: through('SealUrl'), auditor: emptying, operator: destroying },

  async run({ options: { to, seal: sealing, stack = '' } }) {
    if (sealing && !to) throw new InvalidArgumentError("option '--seal' goes with --to <folder>");
    const { resolve } = await import('node:path');
    const { stat } = await import('node:fs/promises');
    const { findDeployment } = await import('../console/deployment.ts');
    const { holdingsOf } = await import('../console/holdings.ts');
    const { hasNeverStood } = await import('../console/removal.ts');
    if (await hasNeverStood(stack)) return neverStood(stack, to);
    const deployment = await findDeployment(stack);
    let holdings = await holdingsOf(deployment);
    if (sealing && holdings.holding.every(({ kind }) => kind === 'record')) {
      await seal(stack, holdings);
      holdings = await holdingsOf(deployment);
    }
    if (holdings.holding.length > 0) return stopped(holdings);
    if (!to) return looked(deployment, holdings, stack);
    const folder = resolve(to);
    if (await stat(folder).catch(() => null)) throw new Failure(`${folder} already exists: name another folder.`);
    return removed(stack, folder, deployment, holdings);
  },
} satisfies Verb;

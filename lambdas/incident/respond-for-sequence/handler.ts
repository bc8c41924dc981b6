import { playbookOf } from '../../../lib/domain/answering.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { claimOf, isIdentified } from '../../../lib/domain/named.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { type StepContext, serveStep } from '../../runtime/serve-step.ts';
import { seal } from '../../runtime/vault.ts';
import { type Target, targetArn } from '../../targets/target.ts';
import { beginResponses, knownAbout } from '../begin-responses.ts';
import { claimMore } from '../claim-more.ts';
import { candidatesIn } from '../sequence-candidates.ts';
import { type Native, nativeOf } from './native.ts';
import { factsOf, resultOf } from './plan.ts';
import { respondForSequence, type SequenceAnswered } from './step.ts';

type Context = Pick<StepContext<Target>, keyof Work | 'run' | 'finding' | 'session' | 'target'>;

async function evidenceOf(context: Context, native: Native): Promise<SequenceAnswered['evidence']> {
  const { run, target, finding } = context;
  if ('unread' in native) return [];
  const { account, region } = target;
  const name = `sequence-${native.finding.id}.json`;
  const source = finding?.arn || targetArn(target);
  const of = { incident: run.incident, kind: 'attack-sequence', name, source, account, region };
  return [await seal(context, { ...of, body: native.body })];
}

/** A later finding about anything it names joins, also where the event named less. */
async function hold(context: Context, { targets, partition }: Finding, held: readonly string[]): Promise<void> {
  const { run } = context;
  const claims = targets
    .filter((one) => isIdentified(one) && (one.principal !== null || playbookOf(one) !== null))
    .map((one) => claimOf(one, partition))
    .filter((one) => !held.includes(one));
  await claimMore(context, { claims: [...new Set(claims)], run: run.id }, run.incident);
}

/** Expands an attack sequence into runs about all that it names. */
export async function expand(context: Context): Promise<SequenceAnswered> {
  const { run, finding, session, target } = context;
  const { mode } = run;
  if (!finding) return resultOf([], { facts: [], unknown: ['the run has no finding'], evidence: [], mode });
  // Neither needs the other; what the event has named is held since the incident was opened.
  const [native, known] = await Promise.all([
    nativeOf(session, finding, target.account),
    knownAbout(context, run, finding, []),
  ]);
  const cut = 'unread' in native ? [`GuardDuty's own finding, so that the copy at hand counts: ${native.unread}`] : [];
  const { targets, signals } = 'unread' in native ? finding : native.finding;
  // Under the key by which the incident knows it.
  const whole = { ...finding, targets, signals };
  const ready = mode === 'observe' ? Promise.resolve() : hold(context, whole, known.held);
  const answered = await beginResponses(context, { run, finding: whole, known, ready }, candidatesIn(whole));
  const evidence = mode === 'observe' ? [] : await evidenceOf(context, native);
  return resultOf(answered, { facts: factsOf(whole), unknown: cut, evidence, mode });
}

export const handler = serveStep(respondForSequence, expand);

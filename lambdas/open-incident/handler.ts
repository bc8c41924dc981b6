import * as z from 'zod';
import { type AuthorityDecision, authority, Mode } from '../../lib/domain/authority.ts';
import { type Finding, findingFromEvent } from '../../lib/domain/finding.ts';
import { type Opened, type Plan, Question } from '../../lib/domain/incident.ts';
import { type Instance, instanceArn } from '../../lib/domain/resource.ts';
import { config } from '../runtime/environment.ts';
import { oneOfThree } from '../runtime/errors.ts';
import { hourOf, planHash } from '../runtime/permit.ts';
import { logger, pipeline, type Work } from '../runtime/pipeline.ts';
import { assume } from '../runtime/session.ts';
import { keys } from '../runtime/table.ts';
import { type Artefact, addressOf, seal } from '../runtime/vault.ts';
import { claimOrJoin, incidentIdOf } from './claim.ts';
import { openIncident } from './edge.ts';
import { type Facts, named, readInstance, unreadable } from './facts.ts';

const Input = z.object({
  event: z.unknown(),
  execution: z.string(),
  startedAt: z.string(),
  playbook: z.object({ name: z.string(), title: z.string(), questions: z.array(Question) }),
});
type Input = z.infer<typeof Input>;

const nothing = (outcome: 'joined' | 'ignored', because: string, finding: Finding): Opened => ({
  outcome,
  because,
  run: null,
  finding,
  target: null,
  plans: {},
});

/** Attempts from outside against the instance: containing the victim of a port scan would do the attacker's work. */
const inbound = /^Recon:EC2\/PortProbe|BruteForce$/;

/** Why nothing is to be done about a finding, or null. */
function ignorance(finding: Finding): string | null {
  if (finding.sample) return 'a sample finding never changes anything';
  if (finding.archived) return 'the finding is archived: somebody has dealt with it';
  if (!finding.instance) return 'the finding names no instance';
  if (inbound.test(finding.type) && finding.role !== 'ACTOR')
    return 'an attempt from outside: the instance is the target';
  return null;
}

async function readFacts(work: Work, base: Instance, run: string): Promise<Facts> {
  try {
    const session = await assume(openIncident.operations.run, base, run, work.calls, work.maxAttempts);
    return await readInstance(base, session);
  } catch (error) {
    if (oneOfThree(error).name === 'Transient') throw error;
    logger.warn('The facts could not be read', error as Error);
    return unreadable(base, error);
  }
}

/** The live switch and the breaker's counters. Unreadable counters are null, and then people are asked. */
async function readRules(work: Work, account: string, now: string) {
  const sizeOf = async (scope: string): Promise<number> => {
    const item = await work.table.get(keys.breaker(hourOf(now), scope));
    return item?.incidents instanceof Set ? item.incidents.size : 0;
  };
  const [mode, here, all] = await Promise.all([work.table.get(keys.mode()), sizeOf(account), sizeOf('all')]);
  return { mode: Mode.catch(config().mode).parse(mode?.mode), recent: { account: here, all } };
}

type Rules = Awaited<ReturnType<typeof readRules>>;

function decide(question: Question, finding: Finding, facts: Facts, rules: Rules, now: string): AuthorityDecision {
  if (facts.known === 'gone') return { kind: 'refused', because: facts.because };
  const { standingOrders: orders, exemptions, breaker } = config();
  return authority(
    {
      account: finding.account,
      severity: finding.severity,
      type: finding.type,
      tags: facts.known === 'read' ? facts.instance.tags : null,
      question: question.name,
      recent: rules.recent,
      today: now.slice(0, 10),
    },
    { mode: rules.mode, orders, exemptions, breaker },
  );
}

const rawOf = (incident: string, finding: Finding, event: unknown): Artefact => ({
  incident,
  kind: 'finding',
  name: `finding-${finding.id}.json`,
  source: finding.arn,
  account: finding.account,
  region: finding.region,
  body: Buffer.from(JSON.stringify(event)),
});

/** The finding as it arrived, sealed whole: states carry only what steps need. Its loss must not hold the response back. */
async function sealRaw(work: Work, raw: Artefact): Promise<void> {
  await seal(work, raw).catch((error: unknown) => logger.error('The raw finding could not be sealed', error as Error));
}

async function open(work: Work, { event, execution, startedAt, playbook }: Input): Promise<Opened> {
  const finding = findingFromEvent(event);
  const ignored = ignorance(finding);
  if (ignored) return nothing('ignored', ignored, finding);
  const now = work.now();
  const incident = incidentIdOf(execution);
  const base = named(finding, now);
  const raw = rawOf(incident, finding, event);
  const opening = {
    incident,
    run: execution,
    playbook: playbook.name,
    openedAt: startedAt,
    resource: instanceArn(base),
  };
  // Nothing here waits for what it does not need: two calls in a row, whatever their number.
  const [claimed, facts, rules] = await Promise.all([
    claimOrJoin(work, { ...opening, finding, raw: addressOf(raw) }).then(async (claimed) => {
      if (claimed === 'claimed') await sealRaw(work, raw);
      return claimed;
    }),
    readFacts(work, base, execution),
    readRules(work, finding.account, now),
  ]);
  if (claimed !== 'claimed') return nothing('joined', `joined incident ${claimed.joined}`, finding);
  const planOf = (question: Question): Plan => ({
    question,
    authority: decide(question, finding, facts, rules, now),
    hash: planHash(incident, question, facts.instance),
  });
  const plans = Object.fromEntries(playbook.questions.map((question) => [question.name, planOf(question)]));
  const run = { incident, id: execution, playbook: playbook.name, mode: rules.mode, openedAt: startedAt };
  const because = facts.because || `${finding.type} on ${base.id}`;
  return { outcome: 'respond', because, run, finding, target: facts.instance, plans };
}

export const handler = pipeline(async (input, work) => open(work, Input.parse(input)));

import * as z from 'zod';
import { type AuthorityDecision, authority } from '../../../lib/domain/authority.ts';
import { Broken, Transient } from '../../../lib/domain/errors.ts';
import { alongside } from '../../../lib/domain/finding/alongside.ts';
import { handedOver } from '../../../lib/domain/finding/chained.ts';
import { claimsOf, type Finding, keyAmongAll, subjectsOf } from '../../../lib/domain/finding/finding.ts';
import { knownAs } from '../../../lib/domain/finding/guardduty-types.ts';
import { findingIn } from '../../../lib/domain/finding/read.ts';
import { type Plan, Question } from '../../../lib/domain/incident.ts';
import { climbsAfter } from '../../../lib/domain/patience.ts';
import { standingsOf } from '../../../lib/domain/standing.ts';
import { concerning } from '../../../lib/domain/threat.ts';
import { adviceItem } from '../../../lib/items/advice.ts';
import { verdictOn } from '../../../lib/routing/route.ts';
import { type Recent, recentlyContained } from '../../runtime/breaker.ts';
import { entering } from '../../runtime/check.ts';
import { config } from '../../runtime/environment.ts';
import { oneOfThree, sentence } from '../../runtime/errors.ts';
import type { Facts } from '../../runtime/facts.ts';
import { planHash } from '../../runtime/permit.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { assume } from '../../runtime/session.ts';
import { type Artefact, custodyOf } from '../../runtime/vault.ts';
import { kindOf, type Target, targetArn, targetKindOf } from '../../targets/target.ts';
import { believe, doubt } from '../believe.ts';
import type { Opened } from '../opened.ts';
import { ownDeployment } from '../own-deployment.ts';
import { settingsHere } from '../settings-here.ts';
import { isOurs, type Spared, untouchable } from '../untouchable.ts';
import { beginningSequence, beginOthers } from './alongside.ts';
import { type Claim, type Claimed, incidentIdOf } from './claim.ts';
import { claimAndSeal, rawOf } from './claim-and-seal.ts';
import { openIncident } from './entrance.ts';
import { asNamed, lookAt, unread } from './facts.ts';
import { carried, sightOf, targetOf } from './first-sight.ts';
import { claimAlso } from './join.ts';
import { annotation } from './own-acts.ts';
import { withinBreaker } from './within-breaker.ts';

const Input = z.object({
  event: z.unknown(),
  execution: z.string(),
  startedAt: z.string(),
  playbook: z.object({
    name: z.string(),
    title: z.string(),
    questions: z.array(Question),
    reporting: z.string().default(''),
  }),
});
type Input = z.infer<typeof Input>;

type Words = Exclude<Opened['outcome'], 'respond'>;

const nothing = (outcome: Words, because: string, finding: Finding, run: Opened['run'] = null): Opened => ({
  outcome,
  because,
  run,
  finding: carried(finding),
  target: null,
  plans: {},
});

async function readFacts(work: Work, base: Target, run: string, finding: Finding): Promise<Facts<Target>> {
  // Ours may not even read about themselves.
  if (isOurs(base, ownDeployment())) return unread(base);
  const look = lookAt(base, finding, sightOf(finding, base.seenAt));
  if (!look) return asNamed(base);
  const operation = { ...openIncident.operations.run, permissions: look.permissions };
  try {
    return await look.read(await assume(work, operation, base, run));
  } catch (error) {
    if (oneOfThree(error) instanceof Transient) throw error;
    logger.warn('The facts could not be read', error as Error);
    return unread(base, sentence(error));
  }
}

/** The settings that count there and the breaker's counters, read side by side. What cannot be read is said, and then people are asked. */
async function readRules(work: Work, account: string) {
  const [settings, recent] = await Promise.all([settingsHere(work, account), recentlyContained(work, account)]);
  // Where nobody can read the mode, people decide: a question whose answer changes nothing would be none.
  const { mode, breaker: limits } = 'unknown' in settings ? { mode: 'respond' as const, breaker: null } : settings;
  return { settings, mode, limits, recent };
}

type Rules = Awaited<ReturnType<typeof readRules>>;

/** Those of a question's levers that AWS refuses on this target; null where there is none. */
function cannotIn(levers: Question['levers'], target: Target): Plan['cannot'] | null {
  const refused = kindOf(target).refuses?.(target);
  const names = levers.flatMap(({ name }) => (refused?.levers.includes(name) ? [name] : []));
  return refused && names.length > 0 ? { levers: names, because: refused.because } : null;
}

/** Why no lever may touch this target; null when one may. A question that only asks who takes over is asked all the same. */
function forbidden(
  { levers, takes, name }: Question,
  { target, known, because }: Facts<Target>,
  { settings }: Rules,
): Spared | null {
  if (levers.length === 0) return null;
  if (known === 'gone') return { reason: 'gone', because };
  const { organizationAdmin, breakGlass: deployed } = config();
  // Those of the deployment are the least that is never touched when nobody can read the settings.
  const breakGlass = 'unknown' in settings ? deployed : settings.breakGlass;
  const spared = untouchable(target, { ...ownDeployment(), breakGlass, management: organizationAdmin?.management });
  if (spared) return spared;
  if (!organizationAdmin && levers.every((lever) => lever.in === 'organization')) {
    const missing = 'the configuration names no account that administers the organisation (organizationAdmin)';
    return { reason: 'no-organization-admin', because: `${missing}: "${name}" has to be done by hand` };
  }
  const cannot = cannotIn(levers, target);
  if (cannot && cannot.levers.length === levers.length) return { reason: 'no-lever', because: cannot.because };
  if (takes.includes(target.kind)) return null;
  return { reason: 'no-lever', because: `no lever of "${name}" works on a ${target.kind}: it has to be done by hand` };
}

function decide(
  question: Question,
  finding: Finding,
  facts: Facts<Target>,
  rules: Rules,
  now: string,
): AuthorityDecision {
  const spared = forbidden(question, facts, rules);
  if (spared) return { kind: 'refused', ...spared };
  return authority(
    {
      account: facts.target.account,
      resource: targetArn(facts.target),
      severity: finding.severity,
      type: finding.type,
      known: knownAs(finding),
      tags: facts.known === 'read' ? facts.target.tags : null,
      question: question.name,
      needs: question.needs,
      resources: question.levers.length === 0 ? 0 : subjectsOf(finding).length,
      recent: rules.recent,
      today: now.slice(0, 10),
      doubt: doubt(finding, facts.target) ?? kindOf(facts.target).asked?.(facts.target) ?? null,
    },
    rules.settings,
  );
}

/** What is settled by the finding alone, or by who caused it; null when an incident is to be opened or joined. */
async function settled(work: Work, finding: Finding, { playbook, execution }: Input): Promise<Opened | null> {
  const verdict = verdictOn(finding, { playbook: playbook.name, because: finding.type }, ownDeployment().name);
  if (verdict.outcome === 'ignore') return nothing('ignored', verdict.because, finding);
  const ours = await annotation(work, finding);
  if (ours) return nothing('ignored', ours, finding);
  if (verdict.outcome === 'respond') return null;
  const item = adviceItem.item({ run: execution, finding: carried(finding), at: work.now() }, keyAmongAll(finding));
  const earlierAdvice = await work.table.putNew(item);
  // The same run again, after a crash: nobody has been told yet.
  if (earlierAdvice && adviceItem.read(earlierAdvice).run !== execution)
    return nothing('ignored', 'the advice was already posted', finding);
  return nothing('advised', verdict.because, finding);
}

/** What AWS says it belongs to: the user whose key nobody had named, by the name other findings claim users by; the instance whose own session it is. */
function behindOf(base: Target, { target, behind = [] }: Facts<Target>): string[] {
  const { kind, partition, account, id } = target;
  const owner = base.kind !== 'user' && kind === 'user' ? [`arn:${partition}:iam::${account}:user/${id}`] : [];
  return [...owner, ...behind];
}

/** What the incident has answered already is not asked again. */
function answeredEarlier({ name }: Question, { answered }: Claimed): AuthorityDecision | null {
  const because = answered?.[name];
  return because ? { kind: 'refused', reason: 'answered', because } : null;
}

/** What is worse climbs sooner to the second channel; nothing that was contained is in a hurry to be deleted. */
const patientFor = (question: Question, { severity }: Finding): Question => ({
  ...question,
  climbs: question.kind === 'eradicate' ? question.within : climbsAfter(question.within, severity),
});

/** What a question of a further run says of the incident that it belongs to. */
const alreadyDone = (record: NonNullable<Claimed['record']>, target: Target): NonNullable<Plan['already']> => ({
  stands: standingsOf(record).map(({ types: [type], target: id, words }) => `${type} (${id}): ${words}`),
  levers: record.held.filter(({ of }) => of === targetArn(target)).map(({ step }) => step),
});

const phrases: Readonly<Record<Claimed['outcome'], string>> = {
  opened: 'opened',
  further: 'needs a further answer in',
  raised: 'raised',
  widened: 'is one more type in',
  joined: 'joined',
  known: 'is already known to',
  added: 'is another target of',
  left: 'does not join',
};

function phraseFor({ requested, mend }: Finding, { outcome }: Claimed): string {
  if (outcome !== 'widened') return phrases[outcome];
  if (requested) return 'was picked by a person, and changes nothing in';
  return mend ? 'is one more call to undo in' : phrases.widened;
}

const sayingOf = (finding: Finding, claimed: Claimed): string =>
  `${finding.type} ${phraseFor(finding, claimed)} incident ${claimed.incident}${claimed.because ? `: ${claimed.because}` : ''}`;

/** What comes of a finding that needs no run of its own; null where it does. */
function withoutRun(finding: Finding, claimed: Claimed, because: string, run: Opened['run']): Opened | null {
  const { outcome } = claimed;
  if (outcome === 'left') return nothing('ignored', claimed.because ?? because, finding);
  if (outcome === 'raised' || outcome === 'widened') return nothing(outcome, because, finding, run);
  return outcome === 'joined' || outcome === 'known' ? nothing('joined', because, finding) : null;
}

const saying = (cannot: Plan['cannot'] | null): Pick<Plan, 'cannot'> => (cannot ? { cannot } : {});

async function open(work: Work, input: Input): Promise<Opened> {
  const { event, execution, startedAt, playbook } = input;
  const reading = findingIn(event);
  if ('unreadable' in reading)
    throw new Broken(`Tourniquet cannot read this event as a finding: ${reading.unreadable}`);
  const belief = believe(reading.finding, event);
  if ('doubted' in belief) return nothing('ignored', belief.doubted, reading.finding);
  const { finding } = belief;
  const done = await settled(work, finding, input);
  if (done) return done;
  const now = work.now();
  const base = targetOf(finding, now);
  const chain = handedOver(event);
  const beside = alongside(event);
  const into = chain ? { ...chain, of: 'chain' as const } : beside && { ...beside, of: 'alongside' as const };
  const incident = into?.incident ?? incidentIdOf(execution);
  const raw = (where: string): Artefact => rawOf(where, finding, base, event);
  // Nothing here waits for what it does not need: two calls in a row, whatever their number.
  const ruling = readRules(work, base.account);
  const claim: Claim = {
    incident,
    run: execution,
    playbook: playbook.name,
    questions: concerning(playbook.questions, targetKindOf(finding.targets[0])),
    id: base.id,
    mode: async () => (await ruling).mode,
    openedAt: startedAt,
    finding,
    resource: targetArn(base),
    claims: claimsOf(finding),
    raw: (where) => custodyOf(work, raw(where)),
    reporting: playbook.reporting,
  };
  const [claimed, facts, rules] = await Promise.all([
    claimAndSeal(work, claim, raw, { into, ...(!into && { next: beginningSequence(work, claim) }) }),
    readFacts(work, base, execution, finding),
    ruling,
  ]);
  const isNew = claimed.outcome === 'opened' || claimed.outcome === 'further';
  const behind = isNew ? behindOf(base, facts) : [];
  if (behind.length > 0) await claimAlso(work, behind, execution, claimed.incident);
  const run = {
    incident: claimed.incident,
    id: execution,
    playbook: playbook.name,
    mode: rules.mode,
    // Obligations run from the moment when the incident was opened, whichever of its runs comes to them first.
    openedAt: claimed.openedAt ?? startedAt,
    ...(chain && { depth: chain.depth }),
  };
  const because = sayingOf(finding, claimed);
  if (!into) await beginOthers(work, run, finding, claimed);
  const over = withoutRun(finding, claimed, because, run);
  if (over) return over;
  const planOf = (question: Question, recent: Recent): Plan => ({
    question: patientFor(question, finding),
    ...saying(cannotIn(question.levers, facts.target)),
    authority: answeredEarlier(question, claimed) ?? decide(question, finding, facts, { ...rules, recent }, now),
    hash: planHash(claimed.incident, question, facts.target),
    ...(claimed.record && { already: alreadyDone(claimed.record, facts.target) }),
  });
  const counted = { ...rules, run: execution, account: facts.target.account };
  const plans = await withinBreaker(work, counted, playbook.questions, planOf);
  const { target } = facts;
  return { outcome: 'respond', run, finding: carried(finding), target, plans, because: facts.because || because };
}

export const handler = serveEntrance(
  async (input, work) => open(work, Input.parse(input)),
  1,
  entering(openIncident.operations),
);

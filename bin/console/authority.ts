import { targetArn, targetFrom, targetKindOf } from '../../lambdas/targets/target.ts';
import type { Ask, Playbook } from '../../lib/asl/notation.ts';
import {
  type AuthorityDecision,
  type AuthorityFacts,
  authority,
  exemptionFor,
  type StandingOrder,
} from '../../lib/domain/authority.ts';
import { defaultName } from '../../lib/domain/config.ts';
import { type Finding, subjectsOf } from '../../lib/domain/finding/finding.ts';
import { knownAs } from '../../lib/domain/finding/guardduty-types.ts';
import { readFindings } from '../../lib/domain/finding/read.ts';
import { type Effective, type Settings, settingsIn, type UnitsOf } from '../../lib/domain/settings.ts';
import { route, verdictOn } from '../../lib/routing/route.ts';
import type { Document } from './documents.ts';
import { doingsOf } from './doings.ts';
import { isBlocked, withoutAccount } from './explanation.ts';

/** With what it is decided: the settings, and since the finding does not say, the tags of its resource. */
export interface Given {
  readonly settings: Settings;
  readonly unitsOf: UnitsOf;
  readonly tags: Readonly<Record<string, string>> | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Who decides that a step is done, and why. */
interface Decided {
  readonly name: string;
  readonly title: string;
  readonly phase: string;
  readonly decision: AuthorityDecision['kind'];
  readonly because: string;
  /** The standing order it is done under. */
  readonly order: string | null;
  /** Orders that would match if the resource had their tags. */
  readonly ifTagged: readonly string[];
}

export interface Judgement {
  readonly finding: Pick<Finding, 'id' | 'type' | 'account' | 'severity'>;
  readonly playbook: string;
  readonly mode: Settings['mode'] | 'unknown';
  readonly because: string;
  readonly steps: readonly Decided[];
}

/** Of what the finding names first. */
function arnOf({ targets: [named], partition, account, region }: Finding): string | null {
  const place = { partition, account: account ?? '', region: region ?? '' };
  return named ? targetArn(targetFrom(named, { place, now: '', since: null })) : null;
}

/** As at opening, with no containment in this hour, and a finding that is believed. */
function factsOf(finding: Finding, account: string, ask: Ask, { tags, at }: Given): AuthorityFacts {
  const { severity, type } = finding;
  const today = at.slice(0, 10);
  const known = knownAs(finding);
  return {
    account,
    resource: arnOf(finding),
    severity,
    type,
    known,
    tags,
    question: ask.name,
    needs: ask.needs,
    resources: ask.acts.length === 0 ? 0 : subjectsOf(finding).length,
    recent: { account: 0, all: 0 },
    doubt: null,
    today,
  };
}

const withTags = (facts: AuthorityFacts, { when }: StandingOrder): AuthorityFacts => ({
  ...facts,
  tags: when.tags ?? {},
});

/** The order that decides, by the very rules: one alone at a time. */
const deciding = (facts: AuthorityFacts, here: Effective): StandingOrder | undefined =>
  here.standingOrders.find((order) => authority(facts, { ...here, standingOrders: [order] }).kind === 'standing');

function judged(finding: Finding, account: string, ask: Ask, given: Given, here: Effective | null) {
  const facts = factsOf(finding, account, ask, given);
  if (!here)
    return {
      ...authority(facts, { unknown: `the units of account ${account} are not known here` }),
      order: null,
      ifTagged: [],
    };
  const decision = authority(facts, here);
  const order = decision.kind === 'standing' ? (deciding(facts, here)?.name ?? null) : null;
  const open = decision.kind === 'ask' && !exemptionFor(facts, here.exemptions);
  const others = open
    ? here.standingOrders.filter((one) => deciding(withTags(facts, one), { ...here, standingOrders: [one] }))
    : [];
  return { ...decision, order, ifTagged: others.map(({ name }) => name) };
}

function judgementOn(books: readonly Playbook[], finding: Finding, given: Given): Judgement {
  const chosen = route(books, finding);
  const verdict = verdictOn(finding, chosen, defaultName);
  const blocked = isBlocked(verdict, finding);
  const because = blocked ? `${verdict.because}. ${withoutAccount}` : verdict.because;
  const book =
    verdict.outcome === 'respond' && !blocked ? books.find(({ name }) => name === chosen.playbook) : undefined;
  const account = finding.targets[0]?.account ?? finding.account ?? '';
  const here = settingsIn(account, given.settings, given.unitsOf);
  const kind = targetKindOf(finding.targets[0]);
  const unasked = here?.mode === 'observe' ? 'observe' : 'auto';
  const mode = here?.mode ?? 'unknown';
  const asks = new Map(
    (book?.asks ?? []).flatMap((ask) => {
      const decided = judged(finding, account, ask, given, here);
      return ask.acts.map((act) => [act.name, decided] as const);
    }),
  );
  const steps = (book ? doingsOf(book, kind) : []).map(({ name, title, phase, authority: who }): Decided => {
    const decided = asks.get(name);
    const { kind: decision, because } = decided ?? plainly(who, unasked);
    return { name, title, phase, decision, because, order: decided?.order ?? null, ifTagged: decided?.ifTagged ?? [] };
  });
  const { id, type, severity } = finding;
  const of = { id, type, account: account || null, severity };
  return { finding: of, playbook: chosen.playbook, mode, because, steps };
}

/** Of what no question is about: it runs by itself, or hands over to people. */
const plainly = (who: 'auto' | 'ask' | 'ask-two', unasked: 'auto' | 'observe') =>
  who === 'auto'
    ? { kind: unasked, because: unasked === 'auto' ? 'runs by itself' : 'says what it would do' }
    : { kind: who, because: 'hands over to people' };

/** Who would decide about each finding in a document. What cannot be read says why. */
export function judgements(
  books: readonly Playbook[],
  document: Document,
  given: Given,
): (Judgement | { readonly at: string; readonly error: string })[] {
  const { at } = document;
  if ('error' in document) return [{ at, error: document.error }];
  return readFindings(document.value).map((reading) =>
    'finding' in reading ? judgementOn(books, reading.finding, given) : { at, error: reading.unreadable },
  );
}

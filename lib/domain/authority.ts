import * as z from 'zod';
import { AccountId } from './resource.ts';
import { atLeast, Severity } from './severity.ts';

/** The live switch: `observe` does everything but change anything, and says what would have been done. */
export const Mode = z.enum(['observe', 'respond']);
export type Mode = z.infer<typeof Mode>;

/** Why a question is put to nobody, and its levers stay where they are. */
export const NotAsked = z.enum([
  'gone',
  'own',
  'break-glass',
  'out-of-reach',
  'no-organization-admin',
  'no-lever',
  'answered',
  'exempt',
]);
export type NotAsked = z.infer<typeof NotAsked>;

/** Who may act, and why in words that go into the message and the ledger. */
export const AuthorityDecision = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('refused'),
    // Earlier versions gave no reason, and named the state of each an exemption.
    reason: NotAsked.default('exempt'),
    because: z.string(),
  }),
  z.object({ kind: z.enum(['auto', 'standing', 'ask', 'ask-two', 'observe']), because: z.string() }),
]);
export type AuthorityDecision = z.infer<typeof AuthorityDecision>;

const When = z.strictObject({
  accounts: z.array(AccountId).optional().describe('Account ids; left out: every account'),
  tags: z.record(z.string(), z.string()).optional().describe('Tags the resource must carry, all of them'),
  types: z.array(z.string()).optional().describe('Finding types; a trailing * matches the rest'),
  resources: z
    .array(z.string().startsWith('arn:', 'should be the ARN of one resource'))
    .optional()
    .describe('ARNs of single resources, as `explain` and the incident show them'),
});
export type When = z.infer<typeof When>;

/** What it is about, in words. */
export const matched = ({ accounts, tags, types, resources }: When): string =>
  [
    ...(accounts ? [`accounts ${accounts.join(', ')}`] : []),
    ...(tags ? [`tags ${Object.entries(tags).map(([key, value]) => `${key}=${value}`)}`] : []),
    ...(types ? [`types ${types.join(', ')}`] : []),
    ...(resources ? [`resources ${resources.join(', ')}`] : []),
  ].join(' and ') || 'everything';

/** Whether it leaves anything out: an order about everything is no order, but a mode. */
const selects = ({ accounts, tags, types, resources }: When): boolean =>
  accounts !== undefined ||
  resources !== undefined ||
  Object.keys(tags ?? {}).length > 0 ||
  (types !== undefined && !types.includes('*'));

const Day = z.iso.date('should be a day as YYYY-MM-DD');

/** Containment decided beforehand, by a named person, for a time. */
export const StandingOrder = z.strictObject({
  name: z.string().min(1).describe('How messages and the ledger call this order'),
  author: z.string().min(1).describe('The person who wrote it and answers for it'),
  date: Day.describe('The day it was written, as YYYY-MM-DD'),
  because: z.string().min(1).describe('Why nobody has to be asked'),
  until: Day.describe('Last day it is valid, as YYYY-MM-DD'),
  question: z.string().min(1).describe("The playbook's question it answers, for example quarantine"),
  severity: Severity.describe('Least severity it applies to'),
  when: When.refine(selects, 'should name accounts, tags, types or resources: an order may not match everything'),
});
export type StandingOrder = z.infer<typeof StandingOrder>;

/** What takes two people although its playbook asks one. */
export const TwoPeople = z.strictObject({
  for: z
    .array(When.refine(selects, 'should name accounts, tags, types or resources'))
    .default([])
    .describe('What takes two people, such as production databases by their tags or account'),
  over: z.int().min(1).default(10).describe('A finding about more resources than that takes two people'),
});
export type TwoPeople = z.infer<typeof TwoPeople>;

/** Where the settings say nothing of it. */
export const usualTwoPeople: TwoPeople = TwoPeople.parse({});

/** Leave this alone, says somebody, until a date. */
export const Exemption = z.strictObject({
  owner: z.string().min(1),
  because: z.string().min(1),
  until: z.iso.date().describe('Last day it is valid, as YYYY-MM-DD'),
  when: When,
  tagsSetBy: z
    .string()
    .min(1)
    .optional()
    .describe('Who may set the tags it goes by. Left out, people are asked: anyone who may tag could lift containment'),
});
export type Exemption = z.infer<typeof Exemption>;

/** What the decision rests on. A fact that could not be read is null, and then the answer is to ask. */
export interface AuthorityFacts {
  readonly account: string;
  /** ARN of what is to be contained; null where nobody knows it. */
  readonly resource: string | null;
  /** Null where the source gives none. */
  readonly severity: Severity | null;
  readonly type: string;
  /** Whether this version knows the type: nobody has judged an unknown one beforehand. */
  readonly known: 'known' | 'unknown';
  readonly tags: Readonly<Record<string, string>> | null;
  readonly question: string;
  readonly needs: 'one' | 'two';
  /** Resources that the finding would have changed; 0 where people take over by hand, for which one is enough. */
  readonly resources: number;
  /** Containments in the current window, in this account and in all; null when the counter could not be read. */
  readonly recent: { readonly account: number; readonly all: number } | null;
  readonly today: string;
  /** Why the finding is not believed without a person, in words; null where it is. */
  readonly doubt: string | null;
}

export interface AuthorityRules {
  readonly mode: Mode;
  readonly standingOrders: readonly StandingOrder[];
  readonly exemptions: readonly Exemption[];
  readonly twoPeople?: TwoPeople | undefined;
  readonly breaker: { readonly account: number; readonly all: number };
}

/** Why nobody knows the settings: then people are asked, and nothing is done under a standing order. */
export interface UnknownRules {
  readonly unknown: string;
}

/** What an order or an exemption is about. */
type About = Pick<AuthorityFacts, 'account' | 'resource' | 'tags' | 'type'>;

export const typeMatches = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

function matches(when: z.infer<typeof When>, facts: About): boolean {
  const { accounts, tags, types, resources } = when;
  if (resources && !resources.some((arn) => arn === facts.resource)) return false;
  if (accounts && !accounts.includes(facts.account)) return false;
  if (types && !types.some((pattern) => typeMatches(pattern, facts.type))) return false;
  return !tags || Object.entries(tags).every(([key, value]) => facts.tags?.[key] === value);
}

/** A finding without a severity, such as AWS Health's, is covered by an order that names its type: somebody has judged just that. */
const covers = ({ severity, when }: StandingOrder, facts: AuthorityFacts): boolean =>
  (facts.severity === null ? when.types !== undefined : atLeast(facts.severity, severity)) && matches(when, facts);

/** The exemption that holds today and fits; of the root user it announces that it is used on purpose. */
export const exemptionFor = (
  facts: About & Pick<AuthorityFacts, 'today'>,
  exemptions: readonly Exemption[],
): Exemption | undefined => exemptions.find((one) => facts.today <= one.until && matches(one.when, facts));

/** Why an exemption that fits leaves the question to people: a tag is set by whoever may tag, and at high severity no tag decides. Null where it holds. */
function whyAskedAnyway({ when, tagsSetBy, because, owner }: Exemption, severity: Severity | null): string | null {
  if (!when.tags) return null;
  const reason = `${because} (${owner})`;
  if (!tagsSetBy) return `exempt by a tag, and the settings do not say who may set it (tagsSetBy): ${reason}`;
  if (severity && !atLeast(severity, 'high')) return null;
  return `exempt by a tag that ${tagsSetBy} may set; from high severity on a person decides: ${reason}`;
}

/** Why it takes two people, in words; null where one is enough. Where nobody can read the tags, a rule by tags may well be about it. */
function whyTwo(facts: AuthorityFacts, { twoPeople = usualTwoPeople }: AuthorityRules): string | null {
  if (facts.needs === 'two') return 'this always needs two people; no standing order applies';
  if (facts.resources === 0) return null;
  if (facts.resources > twoPeople.over)
    return `the finding is about ${facts.resources} resources, and more than ${twoPeople.over} take two people`;
  const rule = twoPeople.for.find(({ tags, ...when }) =>
    matches({ ...when, ...(facts.tags && tags && { tags }) }, facts),
  );
  return rule ? `the settings ask two people for ${matched(rule)}` : null;
}

/** Decides who may answer a containment question. Anything unreadable or unusual falls back to a person. */
export function authority(facts: AuthorityFacts, rules: AuthorityRules | UnknownRules): AuthorityDecision {
  const two = 'unknown' in rules ? null : whyTwo(facts, rules);
  const kind = two || facts.needs === 'two' ? 'ask-two' : 'ask';
  const ask = (because: string): AuthorityDecision => ({ kind, because });
  if ('unknown' in rules) return ask(rules.unknown);
  const exemption = exemptionFor(facts, rules.exemptions);
  const anyway = exemption ? whyAskedAnyway(exemption, facts.severity) : null;
  if (exemption && !anyway) {
    const because = `exempt until ${exemption.until}: ${exemption.because} (${exemption.owner})`;
    return { kind: 'refused', reason: 'exempt', because };
  }
  if (rules.mode === 'observe')
    return { kind: 'observe', because: 'Tourniquet is in observe mode and changes nothing' };
  if (anyway) return ask(anyway);
  if (facts.doubt) return ask(`no standing order applies: ${facts.doubt}`);
  if (two) return ask(two);
  if (!facts.tags) return ask("the resource's tags could not be read");
  if (facts.known === 'unknown') return ask('this version does not know the finding type');
  if (!facts.recent) return ask('the count of recent containments could not be read');
  const order = rules.standingOrders.find(
    (one) => one.question === facts.question && facts.today <= one.until && covers(one, facts),
  );
  if (!order) return ask('no standing order matches');
  if (facts.recent.account >= rules.breaker.account || facts.recent.all >= rules.breaker.all) {
    const { account, all } = facts.recent;
    return ask(`circuit breaker: ${account} containments here and ${all} in all within the hour`);
  }
  return { kind: 'standing', because: `standing order "${order.name}" of ${order.author}` };
}

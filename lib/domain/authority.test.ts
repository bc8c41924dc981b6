import { describe, expect, it } from 'vitest';
import { AuthorityDecision, type AuthorityFacts, type AuthorityRules, authority, StandingOrder } from './authority.ts';

const facts: AuthorityFacts = {
  account: '444455556666',
  resource: 'arn:aws:ec2:eu-central-1:444455556666:instance/i-1',
  severity: 'high',
  known: 'known',
  type: 'CryptoCurrency:EC2/BitcoinTool.B',
  tags: { environment: 'canary' },
  question: 'quarantine',
  needs: 'one',
  resources: 1,
  recent: { account: 0, all: 0 },
  today: '2026-11-22',
  doubt: null,
};
const order = {
  name: 'canaries',
  author: 'Leo',
  date: '2026-01-01',
  because: 'nobody works there at night',
  until: '2026-11-22',
  question: 'quarantine',
  severity: 'medium' as const,
  when: { tags: { environment: 'canary' } },
};
const exemption = { owner: 'Leo', because: 'load test', until: '2026-11-22', when: { accounts: ['444455556666'] } };
const rules: AuthorityRules = {
  mode: 'respond',
  standingOrders: [order],
  exemptions: [],
  twoPeople: { for: [], over: 10 },
  breaker: { account: 5, all: 20 },
};

describe('authority', () => {
  it.each<[string, Partial<AuthorityFacts>, Partial<AuthorityRules>, string, string]>([
    ['a standing order matches', {}, {}, 'standing', 'standing order "canaries" of Leo'],
    ['no order matches the tags', { tags: { environment: 'prod' } }, {}, 'ask', 'no standing order matches'],
    ['the finding is too mild for the order', { severity: 'low' }, {}, 'ask', 'no standing order matches'],
    ['the order answers another question', { question: 'stop' }, {}, 'ask', 'no standing order matches'],
    ['the finding gives no severity', { severity: null }, {}, 'ask', 'no standing order matches'],
    [
      'an order names the type of a finding without severity',
      { severity: null },
      { standingOrders: [{ ...order, when: { types: ['CryptoCurrency:*'] } }] },
      'standing',
      'canaries',
    ],
    ['the finding is doubted', { doubt: 'it was imported by acme/agent' }, {}, 'ask', 'imported by acme/agent'],
    ['it is doubted, and two people are needed', { doubt: 'acme', needs: 'two' }, {}, 'ask-two', 'acme'],
    ['the type is unknown', { known: 'unknown' }, {}, 'ask', 'does not know'],
    ['two people are needed', { needs: 'two' }, {}, 'ask-two', 'two people'],
    ['the finding is about many', { resources: 11 }, {}, 'ask-two', 'about 11 resources, and more than 10'],
    ['it is about as many as one may', { resources: 10 }, {}, 'standing', 'canaries'],
    [
      'the settings ask two people for what carries a tag',
      {},
      { twoPeople: { for: [{ tags: { environment: 'canary' } }], over: 10 } },
      'ask-two',
      'two people for tags environment=canary',
    ],
    [
      'nobody knows whether it carries the tag',
      { tags: null },
      { twoPeople: { for: [{ tags: { environment: 'production' } }], over: 10 } },
      'ask-two',
      'two people for tags',
    ],
    [
      'the settings ask two people in another account',
      {},
      { twoPeople: { for: [{ accounts: ['999999999999'] }], over: 10 } },
      'standing',
      'canaries',
    ],
    [
      'people take over by hand what takes two',
      { resources: 0, tags: { environment: 'prod' } },
      { twoPeople: { for: [{ accounts: ['444455556666'] }], over: 10 } },
      'ask',
      'no standing order matches',
    ],
    ['tags could not be read', { tags: null }, {}, 'ask', 'tags could not be read'],
    ['the counters could not be read', { recent: null }, {}, 'ask', 'could not be read'],
    ['the breaker of the account is reached', { recent: { account: 5, all: 5 } }, {}, 'ask', 'circuit breaker'],
    ['the breaker of all is reached', { recent: { account: 0, all: 20 } }, {}, 'ask', 'circuit breaker'],
    ['observe mode', {}, { mode: 'observe' }, 'observe', 'observe mode'],
    ['an exemption holds on its last day', {}, { exemptions: [exemption] }, 'refused', 'load test (Leo)'],
    [
      'an exemption has ended',
      { today: '2026-11-23' },
      { exemptions: [exemption], standingOrders: [{ ...order, until: '2026-11-23' }] },
      'standing',
      'canaries',
    ],
    [
      'an exemption is for another resource',
      {},
      { exemptions: [{ ...exemption, when: { resources: ['arn:aws:ec2:eu-central-1:444455556666:instance/i-2'] } }] },
      'standing',
      'canaries',
    ],
    [
      'an exemption names the resource',
      {},
      { exemptions: [{ ...exemption, when: { resources: [facts.resource ?? ''] } }] },
      'refused',
      'load test (Leo)',
    ],
    [
      'an exemption goes by a tag that nobody answers for',
      { severity: 'medium' },
      { exemptions: [{ ...exemption, when: order.when }] },
      'ask',
      'do not say who may set it',
    ],
    [
      'an exemption goes by a tag at high severity',
      {},
      { exemptions: [{ ...exemption, when: order.when, tagsSetBy: 'the pipeline' }] },
      'ask',
      'a tag that the pipeline may set; from high severity on a person decides: load test (Leo)',
    ],
    [
      'an exemption goes by a tag, without a severity',
      { severity: null },
      { exemptions: [{ ...exemption, when: order.when, tagsSetBy: 'the pipeline' }] },
      'ask',
      'a person decides',
    ],
    [
      'an exemption goes by a tag at medium severity',
      { severity: 'medium' },
      { exemptions: [{ ...exemption, when: order.when, tagsSetBy: 'the pipeline' }] },
      'refused',
      'load test (Leo)',
    ],
    ['a standing order has ended', { today: '2026-11-23' }, {}, 'ask', 'no standing order matches'],
    [
      'an exemption is for another type',
      {},
      { exemptions: [{ ...exemption, when: { types: ['Trojan:EC2/*'] } }] },
      'standing',
      'canaries',
    ],
  ])('%s', (_, changed, changedRules, kind, because) => {
    const decided = authority({ ...facts, ...changed }, { ...rules, ...changedRules });
    expect(decided.kind).toBe(kind);
    expect(decided.because).toContain(because);
  });

  it('names the reason of a refusal, and reads one of an earlier version as an exemption', () => {
    const refused = authority(facts, { ...rules, exemptions: [exemption] });
    expect(refused).toMatchObject({ kind: 'refused', reason: 'exempt' });
    expect(AuthorityDecision.parse({ kind: 'refused', because: 'x' })).toMatchObject({ reason: 'exempt' });
  });

  it.each([
    ['one', 'ask'],
    ['two', 'ask-two'],
  ] as const)('asks where the settings cannot be read, in their words: %s', (needs, kind) => {
    const unknown = 'the settings could not be read (Broken)';
    expect(authority({ ...facts, needs }, { unknown })).toEqual({ kind, because: unknown });
  });

  it.each([
    ['nothing', {}],
    ['no tag', { tags: {} }],
    ['every type', { types: ['*'] }],
  ])('takes no standing order whose matcher names %s', (_, when) => {
    expect(StandingOrder.safeParse({ ...order, when }).error?.issues[0]?.message).toContain('may not match everything');
  });

  it('takes no standing order without an end', () => {
    const { until: _, ...endless } = order;
    expect(StandingOrder.safeParse(endless).error?.issues[0]?.path).toEqual(['until']);
  });

  it('never answers auto for containment', () => {
    expect(authority(facts, { ...rules, standingOrders: [] }).kind).toBe('ask');
  });
});

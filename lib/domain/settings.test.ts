import { describe, expect, it } from 'vitest';
import { parseConfig, parseSettings } from './parse-config.ts';
import { contradictionsIn, everyApprover, type Settings, settingsIn, settingsOf } from './settings.ts';
import { widens } from './widens.ts';

const [account, other] = ['444455556666', '777788889999'];
const [unit, above] = ['ou-ab12-aaaaaaaa', 'ou-ab12-bbbbbbbb'];
const rosa = { name: 'Rosa', slack: 'U0ROSA', iam: 'arn:aws:iam::111122223333:user/rosa' };
const leo = { name: 'Leo', slack: 'U0LEO' };
const order = {
  name: 'canaries',
  author: 'Leo',
  date: '2026-01-01',
  because: 'nobody works there at night',
  until: '2026-12-31',
  question: 'quarantine',
  severity: 'medium',
  when: { tags: { environment: 'canary' } },
};
const exemption = { owner: 'Leo', because: 'load test', until: '2026-12-31', when: { accounts: [account] } };
const glass = 'arn:aws:iam::444455556666:user/break-glass';
const read = (input: object): Settings => parseSettings(input, { file: 'test' });

describe('settings in an account', () => {
  const settings = read({
    mode: 'observe',
    approvers: [rosa],
    breaker: { account: 1 },
    inUnits: { [unit]: { mode: 'respond', breakGlass: [glass] }, [above]: { breakGlass: [], approvers: [leo] } },
    inAccounts: { [account]: { breaker: { account: 9 } }, [other]: { mode: 'respond' } },
  });

  it.each([
    [
      'all',
      '000000000000',
      [],
      { mode: 'observe', approvers: [rosa], breakGlass: [], breaker: { account: 1, all: 20 } },
    ],
    ['its unit', '000000000000', [above], { mode: 'observe', approvers: [leo], breaker: { account: 1, all: 20 } }],
    ['its nearest unit', '000000000000', [unit, above], { mode: 'respond', approvers: [leo], breakGlass: [glass] }],
    ['the account', account, [unit, above], { mode: 'respond', breaker: { account: 9, all: 20 }, breakGlass: [glass] }],
    ['the account without units', other, [], { mode: 'respond', approvers: [rosa], breaker: { account: 1, all: 20 } }],
  ])('are those of %s', (_, id, units, expected) => {
    expect(settingsIn(id, settings, () => units)).toMatchObject(expected);
  });

  it('are unknown where they differ by unit and nobody knows its units', () => {
    expect(settingsIn(account, settings, () => null)).toBeNull();
    expect(settingsIn(account, { ...settings, inUnits: {} }, () => null)).toMatchObject({ breaker: { account: 9 } });
  });

  it('know everybody who may approve anywhere', () => {
    expect(everyApprover(settings)).toEqual([rosa, leo]);
  });
});

describe('settings are read', () => {
  it('two people of one permission set are two, where the names are there that they log in with', () => {
    const iam = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Respond_0123456789abcdef';
    const both = (logins: readonly (string | undefined)[]) =>
      [rosa, leo].map((one, index) => ({ ...one, iam, login: logins[index] }));
    expect(read({ approvers: both(['rosa', 'leo']) }).approvers).toHaveLength(2);
    expect(() => read({ approvers: both(['rosa', undefined]) })).toThrow(`iam ${iam} is there twice`);
    expect(() => read({ approvers: both(['rosa', 'ROSA']) })).toThrow(`iam ${iam} is there twice`);
  });

  it('by the schemas of the configuration, which holds the same', () => {
    const said = { mode: 'respond', approvers: [rosa, leo], standingOrders: [order], inUnits: { [unit]: {} } };
    expect(settingsOf(parseConfig({ ...said, name: 'mine' }, { file: 'test' }))).toEqual(read(said));
  });

  it.each([
    [{ aproovers: [] }, 'f: aproovers: unknown key; did you mean "approvers"?'],
    [
      { inAccounts: { [account]: { mod: 'respond' } } },
      `f: inAccounts.${account}.mod: unknown key; did you mean "mode"?`,
    ],
    [{ inAccounts: { x: {} } }, 'f: inAccounts.x: should be a 12-digit AWS account id'],
    [{ inUnits: { [unit]: { inUnits: {} } } }, `f: inUnits.${unit}.inUnits: unknown key`],
    [
      { standingOrders: [{ ...order, owner: 'Leo' }] },
      'f: standingOrders.0.owner: an order now has an author, the date',
    ],
    [{ standingOrders: [{ ...order, until: undefined }] }, 'f: standingOrders.0.until: should be a day as YYYY-MM-DD'],
    [{ standingOrders: [{ ...order, when: {} }] }, 'f: standingOrders.0.when: should name accounts, tags, types or'],
    [{ standingOrders: [order, order] }, 'f: standingOrders: two orders have the name "canaries"'],
    [{ approvers: [rosa, { ...leo, slack: rosa.slack }] }, 'f: approvers: slack U0ROSA is there twice'],
    [{ approvers: [rosa, { ...rosa, slack: 'U0X' }] }, 'f: approvers: name Rosa is there twice'],
    [
      {
        approvers: [
          { ...rosa, login: 'r' },
          { ...leo, login: 'r' },
        ],
      },
      'f: approvers: login r is there twice: two entries of one person are not two people',
    ],
    [{ approvers: [rosa, { ...leo, iam: rosa.iam, login: 'leo' }] }, `f: approvers: iam ${rosa.iam} is there twice`],
    [
      {
        approvers: [
          { ...rosa, login: 'rosa' },
          { ...leo, iam: rosa.iam, login: 'leo' },
        ],
      },
      // Whoever assumes a plain role or has a user's keys chooses no login.
      `f: approvers: iam ${rosa.iam} is there twice`,
    ],
    [{ approvers: [{ name: 'Mia' }] }, 'f: approvers: Mia has neither slack nor iam'],
    [{ approvers: [{ ...leo, name: ' Silence' }] }, 'f: approvers: " Silence" is what the record says'],
    ...['role/*', 'user/?', 'root'].map((who): [object, string] => [
      { approvers: [{ name: 'Mia', iam: `arn:aws:iam::111122223333:${who}` }] },
      `f: approvers: arn:aws:iam::111122223333:${who} of Mia is no ARN of one IAM user or role`,
    ]),
    [
      { approvers: [rosa, { name: 'Mia', iam: 'arn:aws:iam::111122223333:user/ops/rosa' }] },
      'f: approvers: iam arn:aws:iam::111122223333:user/ops/rosa is there twice',
    ],
    [
      { approvers: [rosa], inAccounts: { [account]: { approvers: [{ ...rosa, slack: 'U0X' }] } } },
      `f: inAccounts.${account}.approvers: name Rosa is another person, or has other ids`,
    ],
    [
      { approvers: [rosa], inUnits: { [unit]: { approvers: [{ name: 'Mia', slack: rosa.slack }] } } },
      `f: inUnits.${unit}.approvers: slack U0ROSA is another person`,
    ],
  ])('strictly: %j', (input, line) => {
    const said = { file: 'f' };
    expect(() => parseSettings(input, said)).toThrow(line);
    expect(() => parseConfig(input, said)).toThrow(line);
  });

  it('without a contradiction where one person approves in several places', () => {
    expect(
      contradictionsIn(read({ approvers: [rosa, leo], inAccounts: { [account]: { approvers: [rosa] } } })),
    ).toEqual([]);
  });
});

const today = '2026-06-01';
const standing = {
  mode: 'observe',
  approvers: [rosa, leo],
  standingOrders: [order],
  exemptions: [exemption],
  breakGlass: [glass],
  breaker: { account: 5, all: 20 },
  twoPeople: { for: [{ accounts: [account] }], over: 10 },
};

describe('a change widens', () => {
  it.each<[string, object, string]>([
    ['respond', { mode: 'respond' }, 'the mode becomes respond'],
    ['an approver more', { approvers: [rosa, leo, { name: 'Mia', slack: 'U0MIA' }] }, 'Mia may approve'],
    ['another id of one', { approvers: [rosa, { ...leo, iam: 'arn:aws:iam::111122223333:user/leo' }] }, 'Leo may'],
    ['an order more', { standingOrders: [order, { ...order, name: 'dev', when: { accounts: [account] } }] }, '"dev"'],
    ['an order that lasts longer', { standingOrders: [{ ...order, until: '2027-01-01' }] }, '"canaries"'],
    ['a milder order', { standingOrders: [{ ...order, severity: 'low' }] }, '"canaries"'],
    ['an order of another question', { standingOrders: [{ ...order, question: 'revoke' }] }, '"canaries"'],
    ['an order of fewer tags', { standingOrders: [{ ...order, when: { accounts: [account] } }] }, '"canaries"'],
    [
      'an order that names types, and so takes findings without a severity',
      { standingOrders: [{ ...order, when: { ...order.when, types: ['Trojan:*'] } }] },
      '"canaries"',
    ],
    [
      'an exemption by a tag that nobody answers for',
      {
        exemptions: [
          { ...exemption, when: { tags: { a: 'b' } } },
          { ...exemption, when: { resources: ['arn:x'] } },
        ],
      },
      'load test',
    ],
    ['an exemption less', { exemptions: [] }, 'an exemption ends or covers less: load test (Leo)'],
    ['a shorter exemption', { exemptions: [{ ...exemption, until: '2026-06-02' }] }, 'load test'],
    ['a narrower exemption', { exemptions: [{ ...exemption, when: { ...exemption.when, tags: { a: 'b' } } }] }, 'load'],
    ['a break-glass identity less', { breakGlass: [] }, `${glass} is a break-glass identity no more`],
    ['a higher breaker', { breaker: { account: 6, all: 20 } }, 'allows 6 containments an hour (account)'],
    ['a higher breaker of all', { breaker: { account: 5, all: 21 } }, 'allows 21 containments an hour (all)'],
    ['two people for less', { twoPeople: { for: [], over: 10 } }, `one person is enough for accounts ${account}`],
    [
      'two people for a part of it',
      { twoPeople: { for: [{ accounts: [account], tags: { a: 'b' } }], over: 10 } },
      'one person is enough for accounts',
    ],
    ['one person for more resources', { twoPeople: { ...standing.twoPeople, over: 11 } }, 'enough up to 11 resources'],
    ['respond in an account', { inAccounts: { [account]: { mode: 'respond' } } }, `in ${account} the mode becomes`],
    ['respond in a unit', { inUnits: { [unit]: { mode: 'respond' } } }, `in ${unit} the mode becomes respond`],
    ['an account without break-glass', { inAccounts: { [account]: { breakGlass: [] } } }, `in ${account} ${glass}`],
  ])('%s', (_, changed, why) => {
    expect(widens(read(standing), read({ ...standing, ...changed }), today)).toEqual([expect.stringContaining(why)]);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['an approver less', { approvers: [rosa] }],
    ['an order less', { standingOrders: [] }],
    ['an order that ends earlier', { standingOrders: [{ ...order, until: '2026-06-01' }] }],
    ['an order under another name', { standingOrders: [{ ...order, name: 'x', because: 'y', author: 'Rosa' }] }],
    [
      'a narrower order',
      { standingOrders: [{ ...order, severity: 'high', when: { ...order.when, accounts: [other] } }] },
    ],
    ['an order that has ended', { standingOrders: [order, { ...order, name: 'old', until: '2026-05-31' }] }],
    ['an exemption more', { exemptions: [exemption, { ...exemption, when: {} }] }],
    ['a wider exemption', { exemptions: [{ ...exemption, when: {} }] }],
    ['a break-glass identity more', { breakGlass: [glass, `${glass}-2`] }],
    ['two people for more', { twoPeople: { for: [{ accounts: [account, other] }], over: 1 } }],
    ['a lower breaker', { breaker: { account: 1, all: 1 } }],
    [
      'an account that says what is said of all',
      { inAccounts: { [account]: { mode: 'observe', breakGlass: [glass] } } },
    ],
    ['an account in observe', { inAccounts: { [account]: { mode: 'observe' } } }],
  ])('not by %s', (_, changed) => {
    expect(widens(read(standing), read({ ...standing, ...changed }), today)).toEqual([]);
  });

  it('not by observe instead of respond', () => {
    expect(widens(read({ ...standing, mode: 'respond' }), read(standing), today)).toEqual([]);
  });

  it('where an account falls back to what is wider: that of all, or of any unit', () => {
    const quiet = { inAccounts: { [account]: { mode: 'observe' } } };
    const respond = { mode: 'respond' };
    expect(widens(read({ ...respond, ...quiet }), read(respond), today)).toEqual([
      `in ${account} the mode becomes respond`,
    ]);
    const inUnits = { [unit]: respond };
    expect(widens(read({ inUnits, ...quiet }), read({ inUnits }), today)).toEqual([
      `in ${account} the mode becomes respond`,
    ]);
    expect(widens(read(quiet), read({}), today)).toEqual([]);
  });

  it('where a pattern of types becomes wider, and not where it becomes narrower', () => {
    const typed = (types: string[]) => read({ ...standing, standingOrders: [{ ...order, when: { types } }] });
    expect(widens(typed(['Trojan:EC2/*']), typed(['Trojan:*']), today)).toHaveLength(1);
    expect(widens(typed(['Trojan:*']), typed(['Trojan:EC2/*', 'Trojan:EC2/DropPoint']), today)).toEqual([]);
  });
});

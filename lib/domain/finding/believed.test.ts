import { expect, test } from 'vitest';
import { believed, doubtAbout } from './believed.ts';
import { findingIn } from './read.ts';

const [hub, administrator, sender, victim] = ['111111111111', '222222222222', '333333333333', '444444444444'] as const;
const wide = [hub, administrator, undefined];

const guardDuty = (accountId: string | null) => ({
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  detail: {
    id: 'f1',
    accountId,
    region: 'eu-central-1',
    type: 'CryptoCurrency:EC2/BitcoinTool.B',
    severity: 8,
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' } },
    service: {},
  },
});
const call = (caller: string) => ({
  source: 'aws.cloudtrail',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventID: 'e1',
    eventName: 'StopLogging',
    eventSource: 'cloudtrail.amazonaws.com',
    awsRegion: 'eu-central-1',
    recipientAccountId: sender,
    userIdentity: { type: 'IAMUser', accountId: caller, userName: 'eve', arn: `arn:aws:iam::${caller}:user/eve` },
    requestParameters: { name: 'main' },
  },
});

function beliefIn(event: object, account?: string) {
  const envelope = account === undefined ? event : { ...event, account };
  const reading = findingIn(envelope);
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return believed(reading.finding, envelope, wide);
}

test.each([
  ['the account itself', victim],
  ['the hub', hub],
  ['the administrator', administrator],
  ['nobody, when a run was started by hand', undefined],
])('a finding is believed of %s', (_, account) => {
  expect(beliefIn(guardDuty(victim), account)).toMatchObject({ finding: { account: victim } });
});

test('a finding about another account, or about none, is not believed', () => {
  expect(beliefIn(guardDuty(victim), sender)).toEqual({
    doubted: `Account ${sender} sent it about account ${victim}, and is believed about itself alone`,
  });
  expect(beliefIn(guardDuty(null), sender)).toEqual({
    doubted: `Account ${sender} sent it about an account it does not name, and is believed about itself alone`,
  });
});

test('what an account says happened in it counts, but not who of another account is to blame', () => {
  const ids = (belief: ReturnType<typeof beliefIn>) =>
    'finding' in belief ? belief.finding.targets.map(({ id }) => id) : [];
  expect(ids(beliefIn(call(sender), sender))).toEqual(['trail/main', 'eve']);
  const blamed = beliefIn(call(victim), sender);
  expect(ids(blamed)).toEqual(['trail/main']);
  expect(blamed).toMatchObject({
    finding: { missing: [`1 of its resources, which account ${sender} says are in other accounts`] },
  });
});

test.each([
  ['of its own account', victim, null, null],
  ['of another account', sender, null, /GuardDuty says it in account 333333333333.*account 444444444444/],
  ['of the administrator', administrator, null, null],
  ['of no account', null, null, /account unknown/],
  ["by a product of the account's own", victim, `${victim}/default`, /imported by 444444444444\/default/],
  ['by a product of the hub', hub, 'acme/agent', /imported by acme\/agent/],
])(
  'a person is asked about what is said %s, unless AWS says it of its own account',
  (_, account, importedBy, words) => {
    const said = doubtAbout({ account, importedBy, product: 'GuardDuty' }, { account: victim }, wide);
    if (words) expect(said).toMatch(words);
    else expect(said).toBeNull();
  },
);

/** Names that an attacker chooses (object keys, sessions, workloads, tags) and words that others typed: none of them does anything in Slack. */
import { describe, expect, it } from 'vitest';
import { changedMessage, proposedMessage, resetMessage } from '../../lambdas/approval/keep-settings/message.ts';
import { details } from '../../lambdas/approval/request-approval/details.ts';
import { question } from '../../lambdas/approval/request-approval/question.ts';
import { notHeldMessage, reminderMessage } from '../../lambdas/clock/clock-tick/message.ts';
import { providerTask } from '../../lambdas/identity-center/task-identity-provider/message.ts';
import { failedRunMessage } from '../../lambdas/incident/report-failed-run/message.ts';
import {
  adviceMessage,
  alsoLine,
  raisedLine,
  raisedMessage,
  stillAsked,
  widenedMessage,
} from '../../lambdas/incident/tell-responders/message.ts';
import { answered, asPosted, asWhispered, escaped, type Message, moment } from '../../lambdas/runtime/blocks.ts';
import { Finding } from '../../lib/domain/finding/finding.ts';
import { named } from '../../lib/domain/named.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { settingsOf } from '../../lib/domain/settings.ts';
import { checkBlocks } from '../sandbox/slack/check.ts';
import { sources } from './sources.ts';

const nasty =
  'Q`Q <!channel> <!here|x> <@U024BE7LH> <#C1> <https://evil.example|the runbook> <!date^1^{x}|y> \u202egnp\u2066\u200b &lt;!channel&gt;\n*Approved*';
const at = '2026-11-29T10:00:00.000Z';

/** Words of ours, by which programs decide. */
const ours = new Set([
  'kind',
  'severity',
  'state',
  'needs',
  'ifNobodyAnswers',
  'regime',
  'urgency',
  'reminder',
  'status',
  'source',
  'nature',
  'role',
]);

/** The same value with every other text in it replaced, however deep it lies. */
function poisoned<T>(value: T): T {
  const made: T = JSON.parse(JSON.stringify(value), (key, one: unknown) =>
    typeof one === 'string' && !ours.has(key) && !/^\d{4}-\d\d-\d\dT/.test(one) ? `${nasty}${one}` : one,
  );
  return made;
}

const place = { account: '111122223333', region: 'eu-central-1' };
const finding = Finding.parse({
  source: 'guardduty',
  product: 'GuardDuty',
  id: 'f',
  arn: 'a',
  key: 'guardduty:f',
  type: 'Backdoor:EC2/X',
  title: 't',
  nature: 'attack',
  importedBy: 'acme/agent',
  severity: 'high',
  score: 8,
  partition: 'aws',
  ...place,
  sample: false,
  archived: false,
  suppressed: false,
  drill: false,
  requested: false,
  updatedBy: null,
  role: 'ACTOR',
  count: 2,
  firstSeen: at,
  lastSeen: at,
  call: null,
  remotes: ['198.51.100.7'],
  signals: [],
  missing: [],
  targets: [named('instance', 'i-0123456789abcdef0', place), named('instance', 'i-0123456789abcdef1', place)],
});
const target = {
  ...place,
  partition: 'aws',
  kind: 'object' as const,
  id: 'b/key',
  version: null,
  block: null,
  actors: [],
  seenAt: at,
  tags: { Name: 'n', owner: 'o', environment: 'e' },
};
const approval = {
  id: 'abc',
  incident: 'inc-1',
  run: 'r',
  question: 'q',
  state: 'PENDING' as const,
  planHash: 'f'.repeat(64),
  needs: 'two' as const,
  decisions: [],
  askedAt: at,
  expiresAt: at,
  suspects: [],
  requestedBy: null,
};
const lever = { name: 'x', title: 'T', effect: 'E', undo: 'U' };
const plan = {
  question: {
    name: 'q',
    levers: [lever],
    ifNobodyAnswers: 'hold' as const,
    within: 900,
    takes: [],
    needs: 'one' as const,
    byHand: ['by hand'],
  },
  authority: { kind: 'ask' as const, because: 'because' },
  hash: 'f'.repeat(64),
};
const asked = {
  approval,
  plan,
  target,
  finding,
  blast: { facts: ['f'], unknown: ['u'] },
  goes: ['g'],
  unprepared: ['u'],
  evidence: ['v'],
  comparison: { toPutBack: ['p'], changedMeanwhile: ['c'] },
};
const obligation = {
  regime: 'dfars' as const,
  report: 'initial',
  state: 'running' as const,
  means: 'report' as const,
  startedAt: at,
  dueAt: at,
  because: 'b',
  kinder: [],
  moved: [{ from: at, to: at, by: 'Rosa', reason: 'r', at }],
};
const reminding = {
  incident: 'inc-1',
  obligation,
  reminder: 'minus-1h' as const,
  urgency: 'reminder' as const,
  now: at,
  draft: 's3://x',
  resource: 'r',
};
const failed = { run: 'r', machine: 'm', status: 'FAILED' as const, incident: 'inc-1', state: 's' };
const about = { incident: 'inc-1', regime: 'dfars' as const, report: 'initial' };
const locks = { until: at, extended: [], longEnough: [], failed: [{ what: 'w', error: 'e' }] };

const changed = {
  version: 2,
  settings: settingsOf(parseConfig({}, { file: 'test' })),
  by: nasty,
  second: nasty,
  reason: nasty,
  at,
  reset: null,
};

const messages: Readonly<Record<string, () => Message>> = {
  'a question': () => question(poisoned(asked)),
  'the details of a question': () => details(poisoned(asked)),
  'a question, in the second channel': () => question(poisoned(asked), 'again'),
  'a question that removes for good': () =>
    question(poisoned({ ...asked, plan: { ...plan, question: { ...plan.question, kind: 'eradicate' as const } } })),
  'a question about who takes over': () =>
    question(poisoned({ ...asked, plan: { ...plan, question: { ...plan.question, levers: [] } } })),
  advice: () => adviceMessage(poisoned(finding), nasty),
  'a raised severity': () => raisedMessage(poisoned(finding), nasty, [nasty]),
  'one more type': () => widenedMessage(poisoned(finding), nasty, [nasty]),
  'a failed run': () => failedRunMessage(poisoned(failed)),
  'a reminder': () => reminderMessage(poisoned(reminding)),
  'evidence that is not locked': () => notHeldMessage(poisoned(about), poisoned(locks)),
  'changed settings': () => changedMessage(changed, [nasty]),
  'a proposed change': () =>
    proposedMessage({ ...changed, id: nasty, on: 1, expiresAt: at, what: [nasty], widens: [nasty], state: 'PENDING' }),
  'reset settings': () => resetMessage(changed, [nasty]),
  "the identity provider's task": () => providerTask(poisoned({ id: 'i', account: '1' }), nasty),
};

/** What Slack would make of it: markup in angle brackets that is no time of ours, and what turns or hides text. */
function faultsOf(posted: unknown): string[] {
  // A button's value comes back to us, and is shown to nobody.
  const shown = JSON.stringify(posted, (key, value: unknown) => (key === 'value' ? '' : value));
  const markup =
    shown.replaceAll(/<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\dT:.Z-]+>/g, '').match(/<[^a-z ]?[^>]*>/g) ?? [];
  const turning = shown.match(/\p{Cf}/gu) ?? [];
  return [...markup, ...turning, ...(shown.includes('&lt;!channel&gt;\n') ? ['a line of its own'] : [])];
}

describe.each(Object.entries(messages))('%s', (_, make) => {
  it('lets nothing through, in its words and in its blocks', () => {
    const posted = asPosted(make());
    expect(faultsOf(posted)).toEqual([]);
    expect(posted).toMatchObject({ parse: 'none', link_names: false });
    expect(posted.text).not.toContain('`');
  });

  it('lets nothing through once it is answered, or has grown worse', () => {
    const message = make();
    expect(faultsOf(asPosted(answered(message, `Declined: ${escaped(nasty)}`)))).toEqual([]);
    expect(faultsOf(asPosted(stillAsked(message, [raisedLine(poisoned(finding)), alsoLine([nasty])])))).toEqual([]);
  });

  it('makes no link of an address by itself', () => {
    const marked: unknown[] = [];
    JSON.stringify(asPosted(make()).blocks, (_, value) => {
      if (value?.type === 'mrkdwn') marked.push(value.verbatim);
      return value;
    });
    expect(new Set(marked)).toEqual(new Set([true]));
  });
});

it('what is said to one person carries nothing either', () => {
  expect(faultsOf(asWhispered(nasty))).toEqual([]);
});

it('our own times stay, and a text from outside ends no code and begins no line', () => {
  const time = moment(at);
  expect(asPosted({ text: time, blocks: [] }).text).toBe(time);
  expect(escaped(nasty)).not.toMatch(/[`\n<>]|\p{Cf}/u);
  expect(escaped('x'.repeat(5000)).length).toBeLessThanOrEqual(600);
});

it('a name as long as nobody gives one still reaches people', () => {
  const long = { ...asked, target: { ...target, id: 'k'.repeat(3000), tags: { Name: 'n'.repeat(3000) } } };
  const { text, blocks } = asPosted(question({ ...long, finding: { ...finding, title: 't'.repeat(5000) } }));
  expect(checkBlocks(blocks)).toHaveProperty('good');
  // docs.slack.dev, chat.postMessage: what is longer than 40,000 characters is cut.
  expect(text.length).toBeLessThan(40_000);
});

it('nothing is posted but through the one file that sees to it', () => {
  const posting = sources.filter(({ path }) => path.startsWith('lambdas/') && !path.endsWith('.test.ts'));
  const those = posting.filter(({ text }) => /\.(chat|views)\.\w+\(/.test(text)).map(({ path }) => path);
  expect(those).toEqual(['lambdas/runtime/channels.ts']);
});

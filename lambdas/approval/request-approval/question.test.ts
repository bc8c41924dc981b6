import { readFileSync } from 'node:fs';
import type { KnownBlock } from '@slack/types';
import { describe, expect, test } from 'vitest';
import type { Approval } from '../../../lib/domain/approval.ts';
import { readCloudTrail } from '../../../lib/domain/finding/cloudtrail.ts';
import { findingIn } from '../../../lib/domain/finding/read.ts';
import type { Plan } from '../../../lib/domain/incident.ts';
import { Target } from '../../targets/target.ts';
import { details } from './details.ts';
import { type QuestionContent, question } from './question.ts';

const at = '2026-06-01T11:00:00.000Z';
const target = Target.parse({
  kind: 'user',
  partition: 'aws',
  account: '111122223333',
  region: 'eu-central-1',
  id: 'bob',
  tags: {},
  arn: 'arn:aws:iam::111122223333:user/bob',
  principal: null,
  seenAt: at,
  since: null,
  key: null,
  keys: [],
  attached: [],
  boundary: null,
});
const approval: Approval = {
  id: 'abc',
  incident: 'inc-1',
  run: 'run-1',
  question: 'remove',
  state: 'PENDING',
  planHash: 'f'.repeat(64),
  needs: 'two',
  decisions: [],
  askedAt: at,
  expiresAt: '2026-06-01T21:00:00.000Z',
  suspects: [],
  requestedBy: null,
};
const lever = { name: 'x', title: 'Delete it', effect: 'It is gone.', undo: 'It cannot be undone.' };
const plan = (kind: 'eradicate' | undefined): Plan => ({
  question: {
    name: 'remove',
    levers: [lever],
    ifNobodyAnswers: 'hold',
    within: 18_000,
    takes: [],
    needs: 'two',
    byHand: [],
    ...(kind && { kind }),
  },
  authority: { kind: 'ask-two', because: 'this always needs two people; no standing order applies' },
  hash: approval.planHash,
});
const goes = Array.from(
  { length: 45 },
  (_, n) => `access key ${`AKIA${n}`.padEnd(128, 'X')} of user ${'u'.repeat(130)}`,
);
const comparison = { toPutBack: [], changedMeanwhile: [] };
const asked = (kind: 'eradicate' | undefined): QuestionContent => ({
  approval,
  plan: plan(kind),
  target,
  finding: null,
  blast: { facts: [], unknown: [] },
  goes,
  unprepared: [],
  evidence: [],
  comparison,
});

test('what is removed for good is asked for in plain words, and nobody is hurried', () => {
  const shown = JSON.stringify(question(asked('eradicate')));
  expect(shown).toContain('Delete permanently bob?');
  expect(shown).toContain('*Deleting is permanent.*');
  expect(shown).not.toContain('Evidence is being sealed meanwhile');
  expect(JSON.stringify(question(asked(undefined)))).toContain('Contain bob?');
});

test('a lever that cannot work here, and what could not be prepared, are said before anybody answers', () => {
  const plain = plan(undefined);
  const levers = [lever, { ...lever, name: 'y', title: 'Deny the session' }];
  const because = 'eks.amazonaws.com runs this instance, and AWS refuses changes to it to everybody';
  const content: QuestionContent = {
    ...asked(undefined),
    plan: { ...plain, question: { ...plain.question, levers }, cannot: { levers: ['x'], because } },
    unprepared: ['Deny the session (the group is not visible yet)'],
    evidence: ['snapshot-volumes: copy snap-2 of vol-2 failed (Given key ID is not accessible)'],
  };
  const shown = JSON.stringify(question(content));
  expect(shown).toContain('*Approving* Deny the session\\n');
  expect(shown).toContain('*⚠️ Cannot work here* x: eks.amazonaws.com runs this instance');
  expect(shown).toContain('Deny the session (the group is not visible yet)');
  expect(shown).toContain(
    '*⚠️ Evidence* snapshot-volumes: copy snap-2 of vol-2 failed (Given key ID is not accessible)',
  );
  expect(JSON.stringify(details(content))).toContain(because);
  expect(JSON.stringify(details(content))).toContain('copy snap-2 of vol-2 failed');
});

test('everything that a yes removes is shown in the thread, however much it is, and the question counts it', () => {
  const { blocks } = details(asked('eradicate'));
  const shown = JSON.stringify(blocks);
  for (const line of goes) expect(shown).toContain(line);
  expect(JSON.stringify(question(asked('eradicate')))).toContain('; and 42 more');
  // Slack takes 50 blocks in a message (docs.slack.dev, Block Kit reference).
  expect(blocks.length).toBeLessThan(50);
});

/** Lines as a reader sees them, in a window of so many characters: markup shows nothing, and a time about twenty characters. */
function linesOf(block: KnownBlock, columns: number): string[] {
  if (block.type !== 'section') return [block.type];
  const shown = (block.text?.text ?? '').replace(/<!date[^>]*>/g, '29 November 10:00 AM').replace(/[*`]/g, '');
  return shown.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? []);
}

const miner = findingIn(JSON.parse(readFileSync('test/fixtures/findings/miner.json', 'utf8')));
const levers = ['Quarantine every network interface', 'Deny the role session', 'Remove the instance profile'];
const full = (): QuestionContent => {
  if ('unreadable' in miner) throw new Error(miner.unreadable);
  const more = Array.from({ length: 40 }, (_, n) => ({ ...miner.finding.targets[0], id: `i-0123456789abcde${n}` }));
  const named = miner.finding.targets.slice(0, 1).flatMap((one) => [one, ...more.map(({ id }) => ({ ...one, id }))]);
  return {
    ...asked(undefined),
    goes: [],
    finding: { ...miner.finding, importedBy: 'acme/agent', targets: named },
    target: { ...target, tags: { Name: 'shop-web-3', owner: 'shop', environment: 'production' } },
    plan: {
      ...plan(undefined),
      question: {
        ...plan(undefined).question,
        levers: levers.map((title) => ({ ...lever, title })),
      },
      already: { stands: ['Type:EC2/One (i-1): session denied; network still open; question pending'], levers: [] },
    },
    blast: {
      facts: Array.from({ length: 12 }, (_, n) => `Target group shop-${n}: 1 of 2 targets stay healthy without it`),
      unknown: ['load balancers: AccessDenied'],
    },
  };
};

test('a question is answered in ten seconds: twelve lines hold what, where, why, what happens, to whom, until when, and the buttons', () => {
  const { blocks } = question(full());
  const shown = blocks.flatMap((block) => linesOf(block, 400));
  expect(shown.length).toBeLessThanOrEqual(12);
  expect(blocks.flatMap((block) => linesOf(block, 130)).length).toBeLessThanOrEqual(16);
  const starts = [
    'header',
    'What',
    'Where',
    'Why',
    'Also',
    'Already',
    'Approving',
    'Blast radius',
    'Deadline',
    'actions',
  ];
  expect(shown.map((line) => starts.find((start) => line.startsWith(start)) ?? line)).toEqual([...starts, 'context']);
  expect(shown.join('\n')).toContain('Two people must approve.');
});

test('who takes over reads all that there is to do, in the same twelve lines', () => {
  const byHand = Array.from({ length: 5 }, (_, n) => `Step ${n} of what people do, ${'in many words '.repeat(9)}`);
  const { finding, plan: asks, ...rest } = full();
  const alone = finding && { ...finding, importedBy: null, targets: finding.targets.slice(0, 1) };
  const { already: _, ...first } = asks;
  const blast = { facts: [], unknown: [] };
  const handover = {
    ...rest,
    blast,
    finding: alone,
    plan: { ...first, question: { ...first.question, levers: [], byHand } },
  };
  const lines = question(handover).blocks.flatMap((block) => linesOf(block, 115));
  for (const n of byHand.keys()) expect(lines.join('')).toContain(`Step ${n} `);
  expect(lines.length).toBeLessThanOrEqual(12);
});

test('one about a single instance with five levers fits into twelve lines of an ordinary window', () => {
  const { finding, plan: asks, ...rest } = full();
  const titles = [
    'Put the instance on standby in its Auto Scaling group',
    'Remove the instance from its load balancers',
  ];
  const five = [...asks.question.levers, ...titles.map((title) => ({ ...lever, title }))];
  const alone = finding && { ...finding, importedBy: null, targets: finding.targets.slice(0, 1) };
  const { already: _, ...first } = asks;
  const everyday = { ...rest, finding: alone, plan: { ...first, question: { ...first.question, levers: five } } };
  expect(question(everyday).blocks.flatMap((block) => linesOf(block, 115)).length).toBeLessThanOrEqual(12);
});

test('what it leaves out is told in its thread: the order, how to undo it, and all that was measured', () => {
  const shown = JSON.stringify(details(full()));
  for (const one of [...levers, 'How to undo', 'shop-11', 'not known: load balancers', approval.planHash.slice(0, 12)])
    expect(shown).toContain(one);
});

describe('of a call that blinds the command that undoes it is read whole', () => {
  const asking = (eventName: string, service: string, requestParameters: object): QuestionContent => {
    const call = { eventID: 'e', eventName, eventSource: `${service}.amazonaws.com`, requestParameters };
    return { ...asked(undefined), finding: readCloudTrail(call, null) };
  };
  const name = 'a-filter-with-quite-a-long-name-that-hides-findings';

  test.each<[string, QuestionContent, 'in the question' | 'in the thread']>([
    [
      `aws guardduty delete-filter --detector-id d0d0 --filter-name ${name}`,
      asking('CreateFilter', 'guardduty', { detectorId: 'd0d0', name, action: 'ARCHIVE' }),
      'in the question',
    ],
    [
      'aws cloudtrail create-trail --name org --is-multi-region-trail --enable-log-file-validation --s3-bucket-name as before; then aws cloudtrail start-logging --name org',
      asking('DeleteTrail', 'cloudtrail', { name: 'org' }),
      'in the question',
    ],
    [
      `aws configservice put-configuration-recorder --configuration-recorder name=${'n'.repeat(256)},roleARN=${'r'.repeat(256)} --recording-group allSupported=true,includeGlobalResourceTypes=true`,
      asking('PutConfigurationRecorder', 'config', {
        configurationRecorder: {
          name: 'n'.repeat(256),
          roleARN: 'r'.repeat(256),
          recordingGroup: { allSupported: false },
        },
      }),
      'in the thread',
    ],
  ])('%s', (command, content, place) => {
    const shown = JSON.stringify(question(content).blocks);
    if (place === 'in the question') expect(shown).toContain(`\`${command}\``);
    else
      expect([shown.includes('aws configservice'), shown]).toEqual([false, expect.stringContaining('in the thread')]);
    expect(JSON.stringify(details(content).blocks)).toContain(`\`${command}\``);
  });
});

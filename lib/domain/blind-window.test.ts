import { describe, expect, it } from 'vitest';
import { blindWindows, windowWords } from './blind-window.ts';
import { switchingOn } from './finding/blinding.ts';
import { readCloudTrail } from './finding/cloudtrail.ts';

const call = (eventSource: string, eventName: string, requestParameters: object, more: object = {}) => ({
  receivedAt: '2026-11-29T10:05:00.000Z',
  finding: readCloudTrail(
    {
      eventID: eventName,
      eventName,
      eventSource: `${eventSource}.amazonaws.com`,
      eventTime: '2026-11-29T10:00:00Z',
      awsRegion: 'eu-central-1',
      recipientAccountId: '444455556666',
      userIdentity: { type: 'IAMUser', userName: 'mallory', accountId: '444455556666' },
      requestParameters,
      ...more,
    },
    null,
  ),
});
const trail = 'arn:aws:cloudtrail:eu-central-1:444455556666:trail/org';
const applied = (at: string, of: string, outcome: string) => ({
  at,
  kind: 'step' as const,
  act: { step: switchingOn, operation: 'apply' as const, phase: 'preserve' as const, of },
  detail: { result: { outcome } },
});
const stopped = call('cloudtrail', 'StopLogging', { name: 'org' });

describe('a blind window', () => {
  it.each([
    ['applied', '2026-11-29T10:06:00.000Z'],
    ['not-applicable', '2026-11-29T10:06:00.000Z'],
    ['refused', null],
    ['would-apply', null],
  ])('ends when logging is on again, where the lever says %s', (outcome, until) => {
    const [window] = blindWindows([stopped], [applied('2026-11-29T10:06:00.000Z', trail, outcome)]);
    expect(window).toEqual({
      type: 'cloudtrail:StopLogging',
      what: 'API calls',
      log: 'trail/org',
      account: '444455556666',
      region: 'eu-central-1',
      from: '2026-11-29T10:00:00.000Z',
      until,
      meanwhile: [],
    });
  });

  it('does not end by what was done before it, or to another log', () => {
    const entries = [
      applied('2026-11-29T09:00:00.000Z', trail, 'applied'),
      applied('2026-11-29T10:06:00.000Z', `${trail}-other`, 'applied'),
    ];
    expect(blindWindows([stopped], entries)).toMatchObject([{ until: null }]);
  });

  it('is one, whoever else the same finding is about', () => {
    const { finding, receivedAt } = stopped;
    const beside = { receivedAt, finding: { ...finding, key: `${finding.key}:AKIAIOSFODNN7EXAMPLE` } };
    expect(blindWindows([stopped, beside], [])).toHaveLength(1);
  });

  it('lists what else the same principal did in that time, and nobody else', () => {
    const later = call('iam', 'CreateUser', { userName: 'x' }, { eventTime: '2026-11-29T10:03:00Z' });
    const before = call('iam', 'CreateRole', {}, { eventTime: '2026-11-29T09:59:00Z' });
    const after = call('iam', 'DeleteUser', {}, { eventTime: '2026-11-29T10:07:00Z' });
    const other = call(
      'iam',
      'CreateGroup',
      {},
      {
        eventTime: '2026-11-29T10:03:00Z',
        userIdentity: { type: 'IAMUser', userName: 'ann', accountId: '444455556666' },
      },
    );
    const entries = [applied('2026-11-29T10:06:00.000Z', trail, 'applied')];
    const [window, ...more] = blindWindows([stopped, later, before, after, other], entries);
    expect(more).toEqual([]);
    expect(window?.meanwhile).toEqual(['iam:CreateUser at 2026-11-29T10:03:00.000Z']);
    expect(window && windowWords(window)).toContain('the same principal in that time: iam:CreateUser');
  });

  it('is one for each flow log that a call deletes', () => {
    const flowLogId = ['fl-0a', 'fl-0b'].map((content, at) => ({ tag: at + 1, content }));
    const deleted = call('ec2', 'DeleteFlowLogs', { deleteFlowLogsRequest: { flowLogId } });
    const of = 'arn:aws:ec2:eu-central-1:444455556666:vpc-flow-log/fl-0b';
    const windows = blindWindows([deleted], [applied('2026-11-29T10:06:00.000Z', of, 'applied')]);
    expect(windows.map(({ log, until }) => [log, until])).toEqual([
      ['vpc-flow-log/fl-0a', null],
      ['vpc-flow-log/fl-0b', '2026-11-29T10:06:00.000Z'],
    ]);
  });

  it('is none where nothing was switched off', () => {
    const refused = call('cloudtrail', 'StopLogging', { name: 'org' }, { errorCode: 'AccessDenied' });
    const other = call('iam', 'CreateUser', { userName: 'eve' });
    expect(blindWindows([refused, other], [])).toEqual([]);
  });

  it('is said in one sentence, open or ended', () => {
    const ended = blindWindows([stopped], [applied('2026-11-29T10:06:00.000Z', trail, 'applied')]);
    expect(ended.map(windowWords)).toEqual([
      'Not seen: API calls (trail/org, account 444455556666, eu-central-1) from 2026-11-29T10:00:00.000Z until 2026-11-29T10:06:00.000Z, by cloudtrail:StopLogging',
    ]);
    const open = blindWindows([call('ec2', 'DeleteFlowLogs', {})], []);
    expect(open.map(windowWords)).toEqual([
      'Not seen: network traffic (account 444455556666, eu-central-1) from 2026-11-29T10:00:00.000Z and nobody has recorded until when, by ec2:DeleteFlowLogs',
    ]);
  });
});

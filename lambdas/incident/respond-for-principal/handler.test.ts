import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findingIn } from '../../../lib/domain/finding/read.ts';
import type { Run } from '../../../lib/domain/incident.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import type { Target } from '../../targets/target.ts';

interface Started {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}
const asked: Started[] = [];
let answer: (started: Started) => void = () => {};

vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('../../runtime/settings.ts', () => ({ breakGlassAnywhere: async () => [] }));
vi.mock('../../runtime/environment.ts', () => ({
  environment: (name: string) =>
    ({ MACHINES: 'arn:machines:tourniquet-', NAME: 'tourniquet', HUB: '111122223333' })[name],
  config: () => ({ members: ['444455556666'], hub: '111122223333', breakGlass: [] }),
}));
const { respond } = await import('./handler.ts');

const member = '444455556666';
const event = {
  source: 'aws.kms',
  'detail-type': 'AWS API Call via CloudTrail',
  account: member,
  region: 'eu-central-1',
  detail: {
    eventID: 'e1',
    eventName: 'ScheduleKeyDeletion',
    eventSource: 'kms.amazonaws.com',
    eventTime: '2026-11-30T10:00:00Z',
    awsRegion: 'eu-central-1',
    recipientAccountId: member,
    userIdentity: { type: 'IAMUser', userName: 'alice', accountId: member, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    requestParameters: { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' },
  },
};
const reading = findingIn(event);
const finding = 'finding' in reading ? reading.finding : null;
const run: Run = {
  incident: 'inc-1',
  id: 'run-1',
  playbook: 'destruction',
  mode: 'respond',
  openedAt: '2026-11-30T10:00:01.000Z',
};

function responding(more: Partial<Run> = {}) {
  const states = {
    send: async ({ input }: { input: Started }) => {
      asked.push(input);
      answer(input);
    },
  };
  const table = { get: async () => null };
  const work = { calls: [], client: () => states, now: () => '2026-11-30T10:00:02.000Z', table };
  return respond({ ...work, run: { ...run, ...more }, finding } as unknown as StepContext<Target>);
}

beforeEach(() => {
  asked.length = 0;
});
afterEach(() => {
  answer = () => {};
});

test('a run about whoever called begins in the same incident, about them first, with a key of its own', async () => {
  expect(await responding()).toMatchObject({ outcome: 'started', actors: [{ playbook: 'iam-access-key' }] });
  expect(asked.map(({ stateMachineArn }) => stateMachineArn)).toEqual(['arn:machines:tourniquet-iam-access-key']);
  const input = JSON.parse(asked[0]?.input ?? '');
  expect(input.detail.incident).toBe('inc-1');
  expect(findingIn(input)).toMatchObject({
    finding: { key: 'cloudtrail:e1:AKIAIOSFODNN7EXAMPLE', targets: [{ principal: { name: 'alice' } }, {}] },
  });
});

test('a replay begins it under the same name, and is content that it is there; another run has names of its own', async () => {
  await responding();
  answer = () => {
    throw new ExecutionAlreadyExists({ message: 'there it is', $metadata: {} });
  };
  expect(await responding()).toMatchObject({ outcome: 'started' });
  await responding({ id: 'run-2' });
  const [first, second, third] = asked.map(({ name }) => name);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('what Step Functions refuses comes again, and in observe mode nothing is begun', async () => {
  answer = () => {
    throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  };
  await expect(responding()).rejects.toMatchObject({ name: 'ThrottlingException' });
  asked.length = 0;
  expect(await responding({ mode: 'observe' })).toMatchObject({ outcome: 'would-start' });
  expect(asked).toEqual([]);
});

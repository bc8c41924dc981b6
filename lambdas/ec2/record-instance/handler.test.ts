import { EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StepContext } from '../../runtime/serve-step.ts';
import { anyInstance } from '../instance/target.ts';

const sealed: { name: string; body: Uint8Array }[] = [];
vi.mock('../../runtime/vault.ts', () => ({
  seal: async (_: unknown, artefact: { name: string; kind: string; body: Uint8Array }) => {
    sealed.push(artefact);
    return { kind: artefact.kind };
  },
}));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
const { record } = await import('./handler.ts');

const named = (name: string) => Object.assign(new Error('no'), { name });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
type Answers = Record<string, (input: { Latest?: boolean }) => object>;
const usual: Answers = {
  DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }] }),
  GetConsoleOutput: () => ({ Output: base64('login:') }),
  GetConsoleScreenshot: () => ({ ImageData: base64('JPEG') }),
  DescribeInstanceAttribute: () => ({ UserData: { Value: base64('password=hunter2') } }),
};

function context(answers: Answers, mode: 'observe' | 'respond' = 'respond') {
  const ec2 = new EC2Client({ region: 'eu-central-1' });
  vi.spyOn(ec2, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) =>
    answers[command.constructor.name.replace(/Command$/, '')]?.(command.input),
  );
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: '2026-11-21T10:00:00.000Z' };
  const target = anyInstance({ partition: 'aws', account: '111122223333' });
  return { target, run, session: { client: () => ec2 } } as unknown as StepContext<typeof target>;
}

describe('record-instance', () => {
  beforeEach(() => sealed.splice(0));

  it('seals all four as bytes, and no secret of the user data in its result', async () => {
    const result = await record(context(usual));
    expect(result).toMatchObject({ outcome: 'recorded', gaps: [] });
    const byName = Object.fromEntries(sealed.map(({ name, body }) => [name, Buffer.from(body).toString()]));
    expect(Object.keys(byName).toSorted()).toEqual([
      'console-output.txt',
      'metadata.json',
      'screenshot.jpg',
      'user-data.txt',
    ]);
    expect(byName['user-data.txt']).toBe('password=hunter2');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('keeps what it has when one piece is denied', async () => {
    const GetConsoleScreenshot = () => {
      throw named('UnauthorizedOperation');
    };
    const result = await record(context({ ...usual, GetConsoleScreenshot }));
    expect(result.outcome).toBe('partly-recorded');
    expect(result.evidence).toHaveLength(3);
    expect(result.gaps).toEqual([{ kind: 'console-screenshot', because: 'UnauthorizedOperation: no' }]);
  });

  it('takes what there is not for a gap in the record', async () => {
    const result = await record(context({ ...usual, DescribeInstanceAttribute: () => ({ UserData: {} }) }));
    expect(result).toMatchObject({ outcome: 'recorded', gaps: [{ because: 'the instance has no user data' }] });
  });

  it('asks without Latest where only Nitro could answer', async () => {
    const GetConsoleOutput = ({ Latest }: { Latest?: boolean }) => {
      if (Latest) throw named('UnsupportedOperation');
      return { Output: base64('older') };
    };
    expect(await record(context({ ...usual, GetConsoleOutput }))).toMatchObject({ outcome: 'recorded' });
  });

  it('tries a throttled read once more', async () => {
    let calls = 0;
    const GetConsoleOutput = () => {
      if (calls++ === 0) throw named('RequestLimitExceeded');
      return { Output: base64('at last') };
    };
    expect(await record(context({ ...usual, GetConsoleOutput }))).toMatchObject({ outcome: 'recorded' });
  });

  it('fails only when nothing at all could be had', async () => {
    const denied = () => {
      throw named('UnauthorizedOperation');
    };
    const none = Object.fromEntries(Object.keys(usual).map((name) => [name, denied]));
    await expect(record(context(none))).rejects.toThrow('no');
  });

  it('reads but seals nothing in observe mode', async () => {
    const result = await record(context(usual, 'observe'));
    expect(result).toEqual({ outcome: 'would-record', evidence: [], gaps: [] });
    expect(sealed).toEqual([]);
  });
});

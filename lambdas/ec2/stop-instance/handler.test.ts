import { describe, expect, test, vi } from 'vitest';
import type { LeverCode } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { anyInstance, type Instance } from '../instance/target.ts';
import type { Power } from './step.ts';

vi.mock('../../runtime/serve-lever.ts', () => ({ serveLever: (_: unknown, code: unknown) => code }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
const { handler } = await import('./handler.ts');
const code = handler as unknown as LeverCode<Instance, Power>;

const run = { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '2026-11-22T06:00:00Z' };
const target: Instance = { ...anyInstance({ partition: 'aws', account: '444455556666' }), id: 'i-1' };
const running: Power = { state: 'running', stopProtection: true, hibernates: false, group: null };
const stopped: Power = { ...running, state: 'stopped' };

/** EC2 that stops and starts as it is told; refuses with this name where one is given. */
function ec2(state: string, error?: string) {
  const asked: [string, Record<string, unknown>][] = [];
  let now = state;
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    if (name !== 'DescribeInstances') asked.push([name, command.input]);
    if (error && /^(Stop|Start)/.test(name)) throw Object.assign(new Error('no'), { name: error });
    if (name === 'StopInstances') now = 'stopping';
    else if (name === 'StartInstances') now = 'running';
    else if (now === 'stopping') now = 'stopped';
    return { Reservations: [{ Instances: [{ State: { Name: now } }] }] };
  };
  return { asked, session: { client: () => ({ send }) } as unknown as Session };
}
const job = (session: Session, from: Power, to: Power) => ({ target, from, to, prepared: null, session, run });

describe('apply', () => {
  test('lifts our own protection for the one call, waits until it has stopped, and puts it back', async () => {
    const { asked, session } = ec2('running');
    expect(await code.apply(job(session, running, stopped))).toEqual({ outcome: 'applied', changed: ['i-1: stopped'] });
    expect(asked).toEqual([
      ['ModifyInstanceAttribute', { InstanceId: 'i-1', DisableApiStop: { Value: false } }],
      ['StopInstances', { InstanceIds: ['i-1'], Force: true }],
      ['ModifyInstanceAttribute', { InstanceId: 'i-1', DisableApiStop: { Value: true } }],
    ]);
  });

  test('hibernates what was launched for it: its memory is evidence', async () => {
    const { asked, session } = ec2('running');
    const both = { stopProtection: false, hibernates: true };
    await code.apply(job(session, { ...running, ...both }, { ...stopped, ...both }));
    expect(asked).toEqual([['StopInstances', { InstanceIds: ['i-1'], Hibernate: true }]]);
  });

  test('after it died in between, what it lifted is put back', async () => {
    const { asked, session } = ec2('stopped');
    await code.apply(job(session, { ...stopped, stopProtection: false }, stopped));
    expect(asked).toEqual([['ModifyInstanceAttribute', { InstanceId: 'i-1', DisableApiStop: { Value: true } }]]);
    const again = ec2('stopped');
    expect(await code.apply(job(again.session, stopped, stopped))).toEqual({ outcome: 'already-applied' });
    expect(again.asked).toEqual([]);
  });

  test('what AWS refuses is a person’s', async () => {
    const { session } = ec2('running', 'UnsupportedOperation');
    await expect(code.apply(job(session, running, stopped))).rejects.toMatchObject({ name: 'Refused' });
  });
});

describe('release', () => {
  test('waits until it has stopped, and starts it', async () => {
    const { asked, session } = ec2('stopping');
    expect(await code.release(job(session, { ...stopped, state: 'stopping' }, running))).toEqual({
      outcome: 'applied',
      changed: ['i-1: running'],
    });
    expect(asked).toEqual([['StartInstances', { InstanceIds: ['i-1'] }]]);
  });

  test('starts nothing that somebody has started, or that did not run before', async () => {
    const { asked, session } = ec2('running');
    await code.release(job(session, running, running));
    await code.release(job(session, stopped, stopped));
    expect(asked).toEqual([]);
  });

  test('without hardware for it in that zone a person decides', async () => {
    const { session } = ec2('stopped', 'InsufficientInstanceCapacity');
    await expect(code.release(job(session, stopped, running))).rejects.toMatchObject({ name: 'Refused' });
  });
});

import { describe, expect, it } from 'vitest';
import { callFrom } from './event.ts';
import type { Call } from './plan.ts';
import { notebooksIn, startedIn } from './started.ts';

const id = (n: number): string => `i-0123456789abcde${n}`;
const instance = (n: number, instanceType: unknown = 'g5.xlarge') => ({ instanceId: id(n), instanceType });

/** One call to EC2, as LookupEvents has it. */
function call(name: string, items: readonly object[], more: object = {}): Call {
  const CloudTrailEvent = JSON.stringify({
    eventSource: 'ec2.amazonaws.com',
    eventName: name,
    awsRegion: 'us-east-1',
    responseElements: { instancesSet: { items } },
    ...more,
  });
  const EventTime = new Date('2026-06-01T10:00:00Z');
  return callFrom({ EventId: `${name}-${JSON.stringify(items)}`, EventTime, CloudTrailEvent }, 'us-east-1');
}
const now = new Date('2026-06-01T12:00:00Z');

describe('instances that it started', () => {
  it('are counted by type and Region, and cost by the hour what the list says', () => {
    const { started, facts } = startedIn(
      [
        call('RunInstances', [instance(1), instance(2)]),
        call('RunInstances', [instance(3, 't3.micro')], { awsRegion: 'eu-central-1' }),
      ],
      now,
    );
    expect(started.map(({ id: one, type, region }) => [one, type, region])).toEqual([
      [id(1), 'g5.xlarge', 'us-east-1'],
      [id(2), 'g5.xlarge', 'us-east-1'],
      [id(3), 't3.micro', 'eu-central-1'],
    ]);
    expect(facts).toEqual([
      'It started 3 instances: 2 g5.xlarge in us-east-1, 1 t3.micro in eu-central-1',
      'Cost until 2026-06-01T12:00:00Z, if all of them ran on: about 4.04 dollars, about 2.02 an hour (list price of 2026-08-17, us-east-1, without discounts; an estimate)',
    ]);
  });

  it('of a type that is not in the list are said to be missing in it', () => {
    const mixed = startedIn([call('RunInstances', [instance(1), instance(2, 'x9.huge')])], now);
    expect(mixed.facts[1]).toMatch(/: about 2\.01 dollars, .*; the price of x9\.huge is not known$/);
    const none = startedIn([call('RunInstances', [instance(1, 'x9.huge')])], now);
    expect(none.facts[1]).toBe('Their cost cannot be estimated; the price of x9.huge is not known');
  });

  it('have the type that was asked for, where the answer leaves it out', () => {
    const asked = { requestParameters: { instanceType: 'p5.48xlarge' } };
    expect(startedIn([call('RunInstances', [instance(1, null)], asked)], now).started).toMatchObject([
      { type: 'p5.48xlarge' },
    ]);
    expect(startedIn([call('RunInstances', [instance(1, 'a\nb.c')])], now).started).toMatchObject([
      { type: 'unknown' },
    ]);
  });

  it('are none of a call that was refused, that stops, or whose record names nothing of EC2', () => {
    const calls = [
      call('RunInstances', [instance(1)], { errorCode: 'Client.UnauthorizedOperation' }),
      call('StopInstances', [instance(2)]),
      call('RunInstances', [{ instanceId: 'i-<script>', instanceType: 't3.micro' }]),
      call('RunInstances', [], { responseElements: null }),
    ];
    expect(startedIn(calls, now)).toEqual({ started: [], facts: [], unknown: [] });
  });

  it('of a fleet are said to be unnamed', () => {
    expect(startedIn([call('CreateFleet', [])], now).unknown).toEqual([
      'What ec2:CreateFleet started, and its cost: the records name no instances',
    ]);
  });
});

describe('notebooks that it made or started', () => {
  const made = (eventName: string, notebookInstanceName: unknown, more: object = {}): Call => {
    const record = { eventSource: 'sagemaker.amazonaws.com', eventName, awsRegion: 'us-west-2', ...more };
    const CloudTrailEvent = JSON.stringify({ ...record, requestParameters: { notebookInstanceName } });
    return callFrom({ EventId: `${eventName} ${notebookInstanceName}`, CloudTrailEvent }, 'us-west-2');
  };

  it('are named once each, where they are; a refused call started none, and no name of theirs is anything else', () => {
    const calls = [
      made('CreateNotebookInstance', 'miner'),
      made('StartNotebookInstance', 'miner'),
      made('StartNotebookInstance', 'miner', { awsRegion: 'eu-central-1' }),
      made('CreateNotebookInstance', 'refused', { errorCode: 'AccessDenied' }),
      made('StopNotebookInstance', 'stopped'),
      made('CreateNotebookInstance', 'a/b'),
      made('CreateNotebookInstance', 7),
    ];
    expect(notebooksIn(calls)).toEqual([
      { id: 'miner', region: 'us-west-2' },
      { id: 'miner', region: 'eu-central-1' },
    ]);
  });
});

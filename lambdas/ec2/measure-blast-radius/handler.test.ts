import { describe, expect, it, vi } from 'vitest';
import type { Session } from '../../runtime/session.ts';
import { anyInstance, type Instance } from '../instance/target.ts';

vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
const { measure } = await import('./handler.ts');

type Answers = Record<string, (input: Record<string, unknown>) => object>;
const target: Instance = {
  ...anyInstance({ partition: 'aws', account: '111122223333' }),
  id: 'i-self',
  region: 'eu-central-1',
  role: { name: 'web', id: 'AROA1', arn: `arn:aws:iam::123456789012:role/${'web'}` },
  autoScalingGroup: 'web',
};

const session = (answers: Answers): Session => ({
  client: (Client) => {
    const client = new Client({ region: 'eu-central-1', maxAttempts: 1 });
    const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) =>
      answers[command.constructor.name.replace(/Command$/, '')]?.(command.input);
    return Object.assign(client, { send });
  },
});

const health = (id: string, state: string) => ({ Target: { Id: id }, TargetHealth: { State: state } });
const usual: Answers = {
  ListInstanceProfilesForRole: () => ({ InstanceProfiles: [{ Arn: 'arn:profile' }] }),
  DescribeInstances: ({ InstanceIds }) => ({
    Reservations: [
      {
        Instances: InstanceIds
          ? [{ NetworkInterfaces: [{ PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5' }] }] }]
          : [{ InstanceId: 'i-self' }, { InstanceId: 'i-other' }],
      },
    ],
  }),
  DescribeNetworkInterfaces: () => ({ NetworkInterfaces: [] }),
  DescribeRouteTables: () => ({
    RouteTables: [
      { VpcId: '*', Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }, { GatewayId: 'igw-1' }] },
    ],
  }),
  DescribeAutoScalingGroups: () => ({
    AutoScalingGroups: [{ DesiredCapacity: 3, Instances: [{ LifecycleState: 'InService' }], SuspendedProcesses: [] }],
  }),
  DescribeTargetGroups: () => ({
    TargetGroups: [
      { TargetGroupName: 'by-id', TargetGroupArn: 'a', TargetType: 'instance', VpcId: '*' },
      { TargetGroupName: 'by-address', TargetGroupArn: 'b', TargetType: 'ip', VpcId: '*' },
      { TargetGroupName: 'elsewhere', TargetGroupArn: 'c', TargetType: 'instance', VpcId: 'vpc-other' },
    ],
  }),
  DescribeTargetHealth: ({ TargetGroupArn }) => ({
    TargetHealthDescriptions:
      TargetGroupArn === 'a'
        ? [health('i-self', 'healthy'), health('i-other', 'healthy'), health('i-third', 'unhealthy')]
        : [health('10.0.0.5', 'healthy')],
  }),
};

const run = { incident: 'inc-1', id: 'r', playbook: 'p', mode: 'respond' as const, openedAt: '2026-11-22T06:00:00Z' };

describe('measure-blast-radius', () => {
  it('says in sentences who else is hit', async () => {
    expect(await measure({ target, run, session: session(usual) })).toEqual({
      outcome: 'measured',
      facts: [
        'Role web is used by 2 instances in this Region (this one and i-other)',
        'Auto Scaling group web: 1 of desired 3 in service; a replacement will start, from the same template',
        'Target group by-id: 1 of 3 targets stay healthy without it',
        'Target group by-address: 0 of 1 targets stay healthy without it',
      ],
      unknown: [],
      removable: 'none',
      volumes: [],
      lines: [],
    });
  });

  it('never fails: what is denied is unknown, with the reason', async () => {
    const denied = () => {
      throw Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
    };
    const nothing = Object.fromEntries(Object.keys(usual).map((name) => [name, denied]));
    const { facts, unknown } = await measure({ target, run, session: session(nothing) });
    expect(facts).toEqual([]);
    expect(unknown).toEqual([
      'Who else uses the role: AccessDenied: not authorized',
      'Auto Scaling group: AccessDenied: not authorized',
      'Target groups: AccessDenied: not authorized',
      'Open connections: AccessDenied: not authorized',
    ]);
  });

  it('one unreadable target group does not hide the others', async () => {
    const DescribeTargetHealth: Answers[string] = (input) => {
      if (input.TargetGroupArn === 'b') throw Object.assign(new Error('slow down'), { name: 'Throttling' });
      return usual.DescribeTargetHealth?.(input) ?? {};
    };
    const { facts, unknown } = await measure({ target, run, session: session({ ...usual, DescribeTargetHealth }) });
    expect(facts.at(-1)).toMatch(/^Target group by-id/);
    expect(unknown).toEqual(['Target group by-address: Throttling: slow down']);
  });

  it('does not call a fact absent that was never read', async () => {
    const unread = { ...target, interfaces: [], role: null, profile: null, autoScalingGroup: null };
    const { unknown } = await measure({ target: unread, run, session: session(usual) });
    expect(unknown).toEqual(['Role: it was not read', 'Auto Scaling group: it was not read']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyInstance, type Instance } from '../instance/target.ts';
import { beyond, mayList, planLeave, registrationsOf } from './plan.ts';
import { Registrations } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const id = 'i-0123456789abcdef0';
const eni = { id: 'eni-0123456789abcdef0', vpc: 'vpc-1', subnet: 'subnet-1', groups: [], publicAddress: null };
const target: Instance = { ...anyInstance(place), ...place, id, interfaces: [eni] };
const arn = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/${name}/0123456789abcdef`;
const port = (number: number) => ({ port: number, quicServerId: null });
const health = (State: string, Port = 80, Id = id, Reason?: string) => ({
  Target: { Id, Port },
  TargetHealth: { State, ...(Reason && { Reason }) },
});

describe('mayList', () => {
  const group = (name: string, TargetType: string, VpcId = 'vpc-1') => ({
    TargetGroupArn: arn(name),
    TargetType,
    VpcId,
  });
  const groups = [group('a', 'instance'), group('b', 'ip'), group('c', 'lambda'), group('d', 'instance', 'vpc-2')];

  it('asks groups by instance id in the VPCs of the instance', () => {
    expect(mayList(groups, target)).toEqual([arn('a')]);
  });

  it('asks every VPC when its interfaces are not known', () => {
    expect(mayList(groups, { ...target, interfaces: [] })).toEqual([arn('a'), arn('d')]);
  });
});

describe('registrationsOf', () => {
  it.each(['healthy', 'unhealthy', 'unhealthy.draining', 'initial', 'unused', 'unavailable'])('counts %s', (state) => {
    expect(registrationsOf(id, [[arn('a'), [health(state)]]])).toEqual({ targetGroups: { [arn('a')]: [port(80)] } });
  });

  it('does not count what is deregistered, nor other instances', () => {
    const seen = [
      health('draining'),
      health('unused', 81, id, 'Target.NotRegistered'),
      health('healthy', 80, 'i-other'),
    ];
    expect(registrationsOf(id, [[arn('a'), seen]])).toEqual({ targetGroups: {} });
  });

  it('keeps every port, sorted, with its QUIC server id', () => {
    const quic = {
      Target: { Id: id, Port: 443, QuicServerId: '0x0123456789abcdef' },
      TargetHealth: { State: 'healthy' },
    };
    expect(registrationsOf(id, [[arn('a'), [health('healthy', 8080), quic, health('draining', 443)]]])).toEqual({
      targetGroups: { [arn('a')]: [{ port: 443, quicServerId: '0x0123456789abcdef' }, port(8080)] },
    });
  });
});

describe('planLeave', () => {
  it('has nothing to do where no group lists it', () => {
    expect(planLeave(target, { targetGroups: {} })).toEqual({
      nothing: 'no target group lists the instance by its id',
    });
  });

  it('leaves every group', () => {
    expect(planLeave(target, { targetGroups: { [arn('a')]: [port(80)] } })).toEqual({ ours: { targetGroups: {} } });
  });
});

describe('beyond', () => {
  const ports = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  const state = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), ports).map((groups) =>
    Registrations.parse({
      targetGroups: Object.fromEntries(
        Object.entries(groups).map(([name, numbers]) => [arn(name), numbers.toSorted((a, b) => a - b).map(port)]),
      ),
    }),
  );
  const flat = ({ targetGroups }: Registrations) =>
    Object.entries(targetGroups).flatMap(([group, list]) => list.map((one) => `${group}:${one.port}`));
  const flatGroups = (targetGroups: Registrations['targetGroups']) => flat({ targetGroups });

  it('is all of before: what apply takes away, and what release puts back', () => {
    fc.assert(
      fc.property(state, (before) => {
        const plan = planLeave(target, before);
        if (!('ours' in plan)) return;
        expect(beyond(before, plan.ours)).toEqual(before.targetGroups);
      }),
    );
  });

  it('registers only what is missing, whatever stands there now', () => {
    fc.assert(
      fc.property(state, state, (before, now) => {
        const missing = flatGroups(beyond(before, now));
        expect(new Set([...flat(now), ...missing])).toEqual(new Set([...flat(now), ...flat(before)]));
        expect(missing.filter((one) => flat(now).includes(one))).toEqual([]);
      }),
    );
  });
});

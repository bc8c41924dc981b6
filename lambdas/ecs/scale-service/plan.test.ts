import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { statements } from '../../../lib/domain/permission.ts';
import { type EcsTask, ecsTask } from '../ecs-task/target.ts';
import { compared, planZero, type Step, stepsFrom } from './plan.ts';
import { type Scale, Suspended, scaleService } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const scalable = 'arn:aws:application-autoscaling:eu-central-1:111122223333:scalable-target/0a1b';
const target: EcsTask = {
  ...ecsTask.any(place),
  id: '0123456789abcdef0123456789abcdef',
  cluster: 'shop',
  service: 'web',
  scaling: scalable,
  host: null,
};
const on = Suspended.parse({});
const off: Suspended = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};
const web = (desired: number, suspended: Suspended | null = on, strategy = 'REPLICA'): Scale => ({
  service: { desired, strategy, definition: 'arn:aws:ecs:…:task-definition/web:7', deployment: 'ecs-svc/1', suspended },
});

/** What AWS makes of a step: between the smallest and the largest number whenever a scalable target is set. */
function after({ service }: Scale, step: Step, meant: Scale, [least, most] = [1, 4]): Scale {
  if (!service || !meant.service) return { service };
  if (step === 'count') return { service: { ...service, desired: meant.service.desired } };
  const desired = Math.min(Math.max(service.desired, least), most);
  return { service: { ...service, desired, suspended: meant.service.suspended } };
}
const walked = (from: Scale, to: Scale): Scale =>
  stepsFrom(from, to).reduce((state, step) => after(state, step, to), from);

describe('planZero', () => {
  it('leaves no task, and nothing that starts one', () => {
    expect(planZero(target, web(3))).toEqual({ ours: web(0, off) });
    expect(planZero(target, web(3, null))).toEqual({ ours: web(0, null) });
  });

  it.each([
    ['no service', { ...target, service: null }, { service: null }, /no service started/],
    ['a service that is gone', target, { service: null }, /web no longer exists/],
    ['zero, where nothing scales it', target, web(0, null), /at zero already/],
    ['zero, where its scaling rests', target, web(0, off), /at zero already/],
    [
      'a task of AWS Batch',
      { ...target, service: null, cluster: 'night_Batch_4d59ba21-ec7e-3b9c-8bd0-0123456789ab' },
      { service: null },
      /terminate its job/,
    ],
  ] as const)('has nothing to do of %s, and says so', (_, task, state, words) => {
    expect(planZero(task, state)).toEqual({ nothing: expect.stringMatching(words) });
  });

  it('sees that a service at zero would be scaled out again', () => {
    expect(planZero(target, web(0))).toEqual({ ours: web(0, off) });
  });

  it('refuses a daemon service in words', () => {
    expect(planZero(target, web(5, null, 'DAEMON'))).toEqual({ refused: expect.stringContaining('daemon service') });
  });
});

describe('the way there and back', () => {
  it('counts last, and counts again where scaling has to be set', () => {
    expect(stepsFrom(web(3), web(0, off))).toEqual(['scaling', 'count']);
    // Somebody has resumed it: setting it again starts tasks, which have to go once more.
    expect(stepsFrom(web(0), web(0, off))).toEqual(['scaling', 'count']);
    expect(stepsFrom(web(1, off), web(0, off))).toEqual(['count']);
    expect(stepsFrom(web(0, off), web(0, off))).toEqual([]);
    expect(stepsFrom({ service: null }, web(3))).toEqual([]);
  });

  it('ends where it is meant to, from any state, although AWS keeps to its bounds', () => {
    const state = fc.record({ desired: fc.integer({ min: 0, max: 9 }), scaled: fc.constantFrom(on, off) });
    fc.assert(
      fc.property(state, ({ desired, scaled }) => {
        const plan = planZero(target, web(desired, scaled));
        if (!('ours' in plan)) return;
        expect(walked(web(desired, scaled), plan.ours)).toEqual(plan.ours);
        expect(walked(plan.ours, web(desired, scaled))).toEqual(web(desired, scaled));
      }),
    );
  });

  it('asks nobody about a clean revision that was deployed meanwhile', () => {
    const [before, ours] = [web(3), web(0, off)];
    const now: Scale = { service: ours.service && { ...ours.service, definition: 'web:8', deployment: 'ecs-svc/2' } };
    const three = compareThreeWay(compared(before), compared(ours), compared(now));
    expect(three.changedMeanwhile).toEqual([]);
    expect(three.toPutBack.map(({ path }) => path)).toContain('desired');
  });
});

describe('permissions', () => {
  const on = (task: EcsTask) => statements(scaleService.operations.apply.permissions, task);

  it('name the one service and its scalable target', () => {
    const resources = on(target).flatMap(({ Action, Resource }) =>
      Action.some((one) => /Update|Register/.test(one)) ? Resource : [],
    );
    expect(resources).toEqual([`arn:aws:ecs:eu-central-1:111122223333:service/shop/web`, scalable]);
  });

  it('are none on what is not there', () => {
    const actions = on({ ...target, service: null, scaling: null }).flatMap(({ Action }) => Action);
    expect(actions).toEqual(['application-autoscaling:DescribeScalableTargets']);
  });
});

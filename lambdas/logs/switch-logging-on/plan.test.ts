import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { type Log, log } from '../log/target.ts';
import { planLogging } from './plan.ts';
import { type EventSelector, type Recording, switchLoggingOn } from './step.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const target: Log = { ...place, kind: 'log', id: 'trail/org', seenAt: '2026-11-29T10:00:00.000Z', tags: {} };
const data = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::orders/'] }];
const all: EventSelector = {
  ReadWriteType: 'All',
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};
const selecting = (...plain: EventSelector[]): Recording => ({ recording: true, selectors: { plain, advanced: null } });

describe('a trail', () => {
  it.each<[string, EventSelector]>([
    ['that reads only', { ...all, ReadWriteType: 'ReadOnly', DataResources: data }],
    ['without management events', { ...all, IncludeManagementEvents: false, DataResources: data }],
    ['without the calls of KMS', { ...all, ExcludeManagementEventSources: ['kms.amazonaws.com'], DataResources: data }],
  ])('%s takes all of them again, and keeps its data events', (_, narrow) => {
    const { selectors } = selecting({ ...all, DataResources: data });
    expect(planLogging(target, selecting(narrow))).toEqual({ ours: { recording: true, selectors } });
  });

  it('that another selector covers stays as it is', () => {
    const before = selecting({ ...all, IncludeManagementEvents: false }, all);
    expect(planLogging(target, before)).toHaveProperty('nothing');
    expect(planLogging(target, { ...before, recording: false })).toEqual({ ours: before });
  });

  it('that selects by fields has one selector of all management events, in place of narrower ones', () => {
    const writes = {
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Management'] },
        { Field: 'readOnly', Equals: ['true'] },
      ],
    };
    const objects = { Name: 'objects', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] };
    const before: Recording = { recording: true, selectors: { plain: null, advanced: [writes, objects] } };
    const whole = { Name: 'Management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] };
    expect(planLogging(target, before)).toEqual({
      ours: { recording: true, selectors: { plain: null, advanced: [whole, objects] } },
    });
  });

  it('has nothing to do twice', () => {
    const selector: fc.Arbitrary<EventSelector> = fc.record({
      ReadWriteType: fc.constantFrom('All' as const, 'ReadOnly' as const, 'WriteOnly' as const),
      IncludeManagementEvents: fc.boolean(),
      DataResources: fc.constant([]),
      ExcludeManagementEventSources: fc.subarray(['kms.amazonaws.com', 'rdsdata.amazonaws.com']),
    });
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 5 }), fc.boolean(), (plain, recording) => {
        const plan = planLogging(target, { recording, selectors: { plain, advanced: null } });
        if ('ours' in plan) expect(planLogging(target, plan.ours)).toHaveProperty('nothing');
      }),
    );
  });
});

it('what has no selectors is switched on', () => {
  expect(planLogging({ ...target, id: 'detector/0a1b' }, { recording: false, selectors: null })).toEqual({
    ours: { recording: true, selectors: null },
  });
});

describe('rights', () => {
  const actions = (id: string) =>
    statements(switchLoggingOn.operations.apply.permissions, { ...target, id }).map(({ Action, Resource }) => ({
      Action,
      Resource,
    }));

  it('are on this one log, by its own service', () => {
    expect(actions('detector/0a1b')).toEqual([
      {
        Action: ['guardduty:GetDetector', 'guardduty:UpdateDetector'],
        Resource: ['arn:aws:guardduty:eu-central-1:111122223333:detector/0a1b'],
      },
    ]);
    expect(actions('trail/org').map(({ Resource }) => Resource)).toEqual([[log.arn(target)]]);
  });

  it('of the role are on those of every service', () => {
    const [services] = [statements(switchLoggingOn.operations.apply.permissions, log.any({ ...place, region: '*' }))];
    const all = services.flatMap(({ Resource }) => Resource);
    expect(all.filter((one) => !/:(ec2|iam):/.test(one)).toSorted()).toEqual([
      '*',
      'arn:aws:cloudtrail:*:111122223333:trail/*',
      'arn:aws:guardduty:*:111122223333:detector/*',
    ]);
  });

  it('of a flow log are to make one, with a role for flow logs alone, and to delete one of ours', () => {
    const { apply, release } = switchLoggingOn.operations;
    const flowLog = { ...target, id: 'vpc-flow-log/fl-0a1b2c3d' };
    const narrowed = [...statements(apply.permissions, flowLog), ...statements(release.permissions, flowLog)].flatMap(
      ({ Action, Condition }) => (Condition ? [[Action.join(), JSON.stringify(Condition)]] : []),
    );
    expect(narrowed).toEqual([
      ['ec2:CreateTags', '{"StringEquals":{"ec2:CreateAction":"CreateFlowLogs"}}'],
      ['iam:PassRole', '{"StringEquals":{"iam:PassedToService":"vpc-flow-logs.amazonaws.com"}}'],
      ['ec2:DeleteFlowLogs', '{"Null":{"aws:ResourceTag/tourniquet-made-for":"false"}}'],
    ]);
    const trail = statements(apply.permissions, target).flatMap(({ Action }) => Action);
    expect(trail.filter((action) => !action.startsWith('cloudtrail:'))).toEqual([]);
  });
});

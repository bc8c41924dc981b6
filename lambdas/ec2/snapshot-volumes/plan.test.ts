import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byKind, statements } from '../../../lib/domain/permission.ts';
import type { Instance } from '../instance/target.ts';
import { daysAfter, nothingToCopy, resultOf, standingSet, takenFrom, together } from './plan.ts';
import { SnapshotsTaken, snapshotVolumes } from './step.ts';

const hex = (index: number): string => index.toString(16).padStart(17, '0');
const instance = (volumes: number, interfaces: 'seen' | 'not read' = 'seen'): Instance => ({
  kind: 'instance',
  partition: 'aws-us-gov',
  account: '123456789012',
  region: 'us-gov-west-1',
  id: `i-${hex(1)}`,
  seenAt: '2026-11-21T10:00:00.000Z',
  interfaces:
    interfaces === 'seen'
      ? [{ id: `eni-${hex(1)}`, vpc: 'vpc-1', subnet: 'subnet-1', groups: [], publicAddress: null }]
      : [],
  volumes: Array.from({ length: volumes }, (_, index) => ({
    id: `vol-${hex(index)}`,
    device: `/dev/xvd${index}`,
    deleteOnTermination: true,
  })),
  tags: {},
  profile: null,
  role: null,
  autoScalingGroup: null,
  quarantineGroups: [],
});
const acquirer = { acquiredBy: 'tourniquet-snapshot-volumes', tool: { name: 't', version: '1.2.3', sha256: 'ab' } };
const now = '2026-11-21T10:00:00.000Z';

describe('nothingToCopy', () => {
  it('says that instance store is not captured', () => {
    expect(nothingToCopy(instance(0))).toContain('instance store is not captured by snapshots');
    expect(nothingToCopy(instance(1))).toBeNull();
  });

  it('does not take an instance that could not be read for one without volumes', () => {
    expect(nothingToCopy(instance(0, 'not read'))).toBeNull();
  });
});

describe('standingSet', () => {
  it('takes the set an earlier attempt made, pending or not', () => {
    const set = [{ SnapshotId: 'snap-1', State: 'pending' }];
    expect(standingSet(set)).toBe(set);
  });

  it('does not rest on a set of which a copy failed, nor on none', () => {
    expect(standingSet([{ State: 'completed' }, { State: 'error' }])).toBeNull();
    expect(standingSet([])).toBeNull();
  });
});

describe('resultOf', () => {
  const set = [
    { SnapshotId: 'snap-b', VolumeId: 'vol-2', StartTime: new Date('2026-11-21T09:59:58.000Z') },
    { SnapshotId: 'snap-a', VolumeId: 'vol-1' },
  ];
  const taken = takenFrom(set, now);

  it('keeps custody of every copy: source, place, moment, lock, and no invented hash', () => {
    const until = daysAfter(now, 104);
    const locks = new Map(taken.map(({ id }) => [id, { until }]));
    const key = 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/k';
    const shown = new Map([['snap-b', { key, failed: null }]]);
    const result = SnapshotsTaken.parse(resultOf(instance(2), acquirer, taken, { locks, shown, mode: 'governance' }));
    expect(result.outcome).toBe('taken');
    expect(result.evidence[1]).toMatchObject({
      source: 'arn:aws-us-gov:ec2:us-gov-west-1:123456789012:volume/vol-2',
      uri: 'arn:aws-us-gov:ec2:us-gov-west-1::snapshot/snap-b',
      acquiredAt: '2026-11-21T09:59:58.000Z',
      sha256: null,
      lockedUntil: until,
      lockMode: 'governance',
      key: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/k',
      ...acquirer,
    });
    expect(result.evidence[0]?.key).toBeNull();
  });

  it('says which copy is not locked, and why, without losing it', () => {
    const locks = new Map([
      ['snap-a', { until: daysAfter(now, 104) }],
      ['snap-b', { error: 'UnauthorizedOperation: no' }],
    ]);
    const result = resultOf(instance(2), acquirer, taken, { locks, shown: new Map(), mode: 'compliance' });
    expect(result.outcome).toBe('taken-not-locked');
    expect(result.failed).toEqual([{ what: 'lock of snap-b', error: 'UnauthorizedOperation: no' }]);
    expect(result.snapshots.map(({ lockedUntil }) => lockedUntil)).toEqual([daysAfter(now, 104), null]);
    expect(result.evidence[1]).toMatchObject({ lockedUntil: null, lockMode: 'none' });
  });

  it('says which copy EC2 could not make, and why, and how another is made; it is no evidence, and no lock of it is missed', () => {
    const locks = new Map([['snap-a', { until: daysAfter(now, 104) }]]);
    const shown = new Map([['snap-b', { key: null, failed: 'Given key ID is not accessible' }]]);
    const result = SnapshotsTaken.parse(resultOf(instance(2), acquirer, taken, { locks, shown, mode: 'governance' }));
    expect(result).toMatchObject({
      outcome: 'partly-taken',
      failed: [
        {
          what: 'copy snap-b of vol-2',
          error:
            'Given key ID is not accessible; another copy, once its key can be used: aws ec2 create-snapshot --region us-gov-west-1 --volume-id vol-2',
        },
      ],
    });
    expect(result.evidence.map(({ uri }) => uri)).toEqual([expect.stringContaining('snap-a')]);
    expect(together([result, { ...result, outcome: 'taken-not-locked' }]).outcome).toBe('partly-taken');
  });
});

describe('the session policy', () => {
  it('stays below 2,048 characters with any number of volumes', () => {
    fc.assert(
      fc.property(fc.nat(128), (volumes) => {
        const { permissions } = snapshotVolumes.operations.run;
        const policy = { Version: '2012-10-17', Statement: byKind(statements(permissions, instance(volumes))) };
        expect(JSON.stringify(policy).length).toBeLessThanOrEqual(2048);
      }),
    );
  });
});

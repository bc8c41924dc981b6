import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyInstance } from '../../lambdas/ec2/instance/target.ts';
import { quarantineGroupsAmong } from '../../lambdas/ec2/quarantine-groups.ts';
import { firstBreak, genesis, type LedgerEntry } from './ledger.ts';
import { allow, byKind, statements } from './permission.ts';
import { quarantineGroupName } from './quarantine-group.ts';
import { atLeast, severityOf } from './severity.ts';
import { camel } from './step.ts';

describe('severity', () => {
  it.each([
    [9, 'critical'],
    [8.95, 'high'],
    [7, 'high'],
    [6.999, 'medium'],
    [4, 'medium'],
    [3.9, 'low'],
    [1, 'low'],
    [0.5, 'informational'],
  ])('%d is %s: bands are half open', (score, band) => {
    expect(severityOf(score)).toBe(band);
  });

  it('orders the bands', () => {
    expect([atLeast('high', 'medium'), atLeast('medium', 'medium'), atLeast('low', 'medium')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('permissions', () => {
  const target = { partition: 'aws', account: '1', region: 'r' };

  it('share a statement when they share resources, and are left out without any', () => {
    const on = () => ['arn:aws:ec2:r:1:instance/i-1'];
    const none = () => [];
    expect(statements([allow('ec2:B', on), allow('ec2:A', on), allow('ec2:C', none), allow('ec2:D')], target)).toEqual([
      { Effect: 'Allow', Action: ['ec2:A', 'ec2:B'], Resource: ['arn:aws:ec2:r:1:instance/i-1'] },
      { Effect: 'Allow', Action: ['ec2:D'], Resource: ['*'] },
    ]);
  });

  it('by kind name each kind once and never leave the account and Region', () => {
    const many = () => ['arn:aws:ec2:r:1:volume/vol-1', 'arn:aws:ec2:r:1:volume/vol-2', '*'];
    const [statement] = byKind(statements([allow('ec2:A', many)], target));
    expect(statement?.Resource).toEqual(['*', 'arn:aws:ec2:r:1:volume/*']);
  });

  it('never name the partition on their own', () => {
    const wild = anyInstance({ partition: 'aws-us-gov', account: '1' });
    expect(wild.role?.arn).toBe('arn:aws-us-gov:iam::1:role/*');
  });
});

describe('quarantine groups', () => {
  const group = (GroupId: string, VpcId: string, kind: 'closed' | 'open') => ({
    GroupId,
    GroupName: quarantineGroupName(kind),
    VpcId,
  });

  it('count only in pairs, one VPC by one', () => {
    const groups = [group('sg-1', 'vpc-1', 'closed'), group('sg-2', 'vpc-1', 'open'), group('sg-3', 'vpc-2', 'closed')];
    expect(quarantineGroupsAmong(groups)).toEqual([{ vpc: 'vpc-1', closed: 'sg-1', open: 'sg-2' }]);
  });

  it('go by their names: a tag on a group of production makes it none of ours', () => {
    const Tags = [{ Key: 'tourniquet-quarantine', Value: 'closed' }];
    const shop = { GroupId: 'sg-9', GroupName: 'shop', VpcId: 'vpc-1', Tags };
    expect(quarantineGroupsAmong([shop, group('sg-2', 'vpc-1', 'open')])).toEqual([]);
  });
});

describe('the ledger', () => {
  const hashOf = (entry: LedgerEntry): string => `${entry.sequence}:${entry.previous}:${entry.what}`;
  const chain = (whats: string[]) => {
    let previous = genesis;
    return whats.map((what, index) => {
      const entry = { sequence: index + 1, previous, at: '', kind: 'step', actor: '', what, detail: null } as const;
      previous = hashOf(entry);
      return { ...entry, hash: previous };
    });
  };

  it('is whole as written', () => {
    fc.assert(fc.property(fc.array(fc.string()), (whats) => firstBreak(chain(whats), hashOf) === null));
  });

  it('breaks where an entry was changed, removed or moved', () => {
    const entries = chain(['a', 'b', 'c']);
    const [first, second, third] = entries;
    if (!first || !second || !third) throw new Error('three entries');
    expect(firstBreak([first, { ...second, what: 'x' }, third], hashOf)).toBe('entry 2 was changed');
    expect(firstBreak([first, third], hashOf)).toBe('entry 2 is missing or out of order');
    expect(firstBreak([second, first, third], hashOf)).toBe('entry 1 is missing or out of order');
  });
});

it('camel is the only other spelling of a name', () => {
  expect(camel('snapshot-volumes')).toBe('snapshotVolumes');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, nobody, permissionFor, planUnshare, type Shares, sharesIn } from './shares.ts';

const organization = 'arn:aws:organizations::111122223333:organization/o-exampleorg1';
const unit = 'arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-cdefgh34';
const named = ['999988887777', 'all', organization, unit];
const shared = (...names: string[]): Shares => sharesIn(names.map(permissionFor));
const ours = { account: '444455556666', owner: '444455556666' };

describe('sharesIn', () => {
  it('names each by what AWS calls it, and gives the same entry back', () => {
    const entries = [
      { UserId: '999988887777' },
      { Group: 'all' as const },
      { OrganizationArn: organization },
      { OrganizationalUnitArn: unit },
    ];
    expect(Object.keys(sharesIn(entries).shares).toSorted()).toEqual(named.toSorted());
    expect(named.map(permissionFor)).toEqual(entries);
  });

  it('is the same in whatever order AWS lists them', () => {
    expect(JSON.stringify(shared(...named))).toBe(JSON.stringify(shared(...named.toReversed())));
  });
});

describe('planUnshare', () => {
  it('leaves nobody', () => {
    expect(planUnshare(ours, shared('all'))).toEqual({ ours: nobody });
  });

  it('has nothing to do where it is private', () => {
    expect(planUnshare(ours, nobody)).toEqual({ nothing: 'it is shared with nobody' });
  });

  it('refuses what belongs to somebody else, and names them', () => {
    const plan = planUnshare({ ...ours, owner: '999988887777' }, shared('all'));
    expect(plan).toEqual({ refused: expect.stringContaining('belongs to 999988887777') });
  });

  it('tries what it could not read the owner of: AWS refuses by itself', () => {
    expect(planUnshare({ ...ours, owner: null }, shared('all'))).toEqual({ ours: nobody });
  });
});

describe('between', () => {
  it('leads from any list to any other, so that release restores before', () => {
    const list = fc.subarray(named).map((names) => shared(...names));
    fc.assert(
      fc.property(list, list, (from, to) => {
        const { add, remove } = between(from, to);
        const kept = Object.keys(from.shares).filter((name) => !remove.includes(name));
        expect(shared(...kept, ...add)).toEqual(to);
        expect(add.filter((name) => remove.includes(name))).toEqual([]);
      }),
    );
  });
});

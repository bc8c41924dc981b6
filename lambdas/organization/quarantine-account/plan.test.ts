import { describe, expect, it } from 'vitest';
import { compareThreeWay } from '../../../lib/domain/before-state.ts';
import { planQuarantine } from './plan.ts';

const account = '444455556666';
const rules = {
  administrator: '111122223333',
  management: '999900001111',
  hub: '222233334444',
  unit: 'ou-ab12-quarantine',
};
const before = { parent: 'ou-ab12-workloads' };
const ours = { parent: rules.unit };

describe('quarantine-account', () => {
  it('moves an account from wherever it is, from right below the root too', () => {
    expect(planQuarantine(account, before, rules)).toEqual({ ours });
    expect(planQuarantine(account, { parent: 'r-ab12' }, rules)).toEqual({ ours });
  });

  it('never takes the quarantine unit for where the account came from', () => {
    expect(planQuarantine(account, ours, rules)).toEqual({ nothing: expect.stringContaining('already') });
  });

  it.each([
    ['management', 'the management account'],
    ['hub', 'Tourniquet itself runs'],
    ['administrator', 'administers the organisation'],
  ] as const)('never locks us out: %s', (which, words) => {
    expect(planQuarantine(rules[which], before, rules)).toEqual({ refused: expect.stringContaining(words) });
  });

  it('needs to know no more than the unit', () => {
    const little = { ...rules, administrator: undefined, management: undefined };
    expect(planQuarantine(account, before, little)).toEqual({ ours });
  });

  it('says which key to set where there is no quarantine unit', () => {
    expect(planQuarantine(account, before, { ...rules, unit: undefined })).toEqual({
      refused: expect.stringContaining('organizationAdmin.quarantineUnit'),
    });
  });

  it('asks before it moves back an account that somebody has moved meanwhile', () => {
    const elsewhere = { parent: 'ou-ab12-forensics' };
    expect(compareThreeWay(before, ours, elsewhere).changedMeanwhile).toHaveLength(1);
    expect(compareThreeWay(before, ours, ours).changedMeanwhile).toEqual([]);
  });
});

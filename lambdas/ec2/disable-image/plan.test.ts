import { describe, expect, it } from 'vitest';
import { nobody, sharesIn } from '../shares.ts';
import { planDisable } from './plan.ts';

const ours = { account: '444455556666', owner: '444455556666' };
const shared = sharesIn([{ Group: 'all' }, { UserId: '999988887777' }]);

describe('planDisable', () => {
  it('disables it, which shares it with nobody', () => {
    expect(planDisable(ours, { state: 'available', ...shared })).toEqual({ ours: { state: 'disabled', ...nobody } });
  });

  it('has nothing to do where it is disabled', () => {
    expect(planDisable(ours, { state: 'disabled', ...nobody })).toEqual({ nothing: 'it is disabled already' });
  });

  it.each(['pending', 'failed', 'deregistered'])('refuses one that is %s, and says so', (state) => {
    expect(planDisable(ours, { state, ...nobody })).toEqual({ refused: expect.stringContaining(`it is ${state}`) });
  });

  it('refuses what belongs to Amazon or a seller: theirs to disable', () => {
    const plan = planDisable({ ...ours, owner: '137112412989' }, { state: 'available', ...nobody });
    expect(plan).toEqual({ refused: expect.stringContaining('belongs to 137112412989') });
  });
});

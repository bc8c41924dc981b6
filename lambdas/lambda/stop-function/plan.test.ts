import { describe, expect, it } from 'vitest';
import { lambdaFunction } from '../lambda-function/target.ts';
import { planStop, provisions } from './plan.ts';
import { Concurrency } from './step.ts';

const pay = { ...lambdaFunction.any({ partition: 'aws', account: '444455556666', region: 'eu-central-1' }), id: 'pay' };
const nothing = { reserved: 0, provisioned: {} };

describe('stopping a function', () => {
  it.each([
    ['nothing reserved', { reserved: null, provisioned: {} }],
    ['1 reserved', { reserved: 1, provisioned: {} }],
    ['provisioned concurrency', { reserved: null, provisioned: { live: 2 } }],
    ['both', { reserved: 5, provisioned: { live: 2, 3: 1 } }],
  ])('that has %s reserves 0, and has nothing provisioned', (_, before) => {
    expect(planStop(pay, before)).toEqual({ ours: nothing });
  });

  it('that runs nothing anyway has nothing to do', () => {
    expect(planStop(pay, nothing)).toHaveProperty('nothing');
  });

  it('is refused of a copy at the edge, with what to do instead', () => {
    const replicaOf = 'arn:aws:lambda:us-east-1:444455556666:function:pay:3';
    expect(planStop({ ...pay, replicaOf }, { reserved: null, provisioned: {} })).toEqual({
      refused: expect.stringMatching(/CloudFront.*detach/),
    });
    expect(lambdaFunction.refuses?.({ ...pay, replicaOf })?.levers).toContain('stop-function');
  });

  it('removes what is provisioned, and asks for it again as it was', () => {
    const before = { reserved: 5, provisioned: { live: 2, 3: 1 } };
    const was = [
      ['3', 1],
      ['live', 2],
    ];
    expect(provisions(before, nothing)).toEqual({ less: was.map(([one]) => [one, 0]), more: [] });
    expect(provisions(nothing, before)).toEqual({ less: [], more: was });
    const theirs = { reserved: 9, provisioned: { live: 4, beta: 1 } };
    const less = [
      ['live', 2],
      ['beta', 0],
    ];
    expect(provisions(theirs, before)).toEqual({ less, more: [['3', 1]] });
  });

  it('reads what was recorded before anybody looked at what is provisioned', () => {
    expect(Concurrency.parse({ reserved: 3 })).toEqual({ reserved: 3, provisioned: {} });
  });
});

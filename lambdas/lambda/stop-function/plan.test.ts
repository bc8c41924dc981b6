import { describe, expect, it } from 'vitest';
import { lambdaFunction } from '../lambda-function/target.ts';
import { planStop } from './plan.ts';

const pay = { ...lambdaFunction.any({ partition: 'aws', account: '444455556666', region: 'eu-central-1' }), id: 'pay' };

describe('stopping a function', () => {
  it.each([[null], [1], [500]])('that has %s reserved reserves 0', (reserved) => {
    expect(planStop(pay, { reserved })).toEqual({ ours: { reserved: 0 } });
  });

  it('that runs nothing anyway has nothing to do', () => {
    expect(planStop(pay, { reserved: 0 })).toHaveProperty('nothing');
  });

  it('is refused of a copy at the edge, with what to do instead', () => {
    const replicaOf = 'arn:aws:lambda:us-east-1:444455556666:function:pay:3';
    expect(planStop({ ...pay, replicaOf }, { reserved: null })).toEqual({
      refused: expect.stringMatching(/CloudFront.*detach/),
    });
    expect(lambdaFunction.refuses?.({ ...pay, replicaOf })?.levers).toContain('stop-function');
  });
});

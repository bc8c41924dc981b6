import { expect, it } from 'vitest';
import { hourlyPrice } from './prices.ts';

it.each([
  ['t3.micro', 0.0104],
  ['t4g.nano', 0.0042],
  ['m5.large', 0.096],
  ['c5.xlarge', 0.17],
  ['c5.9xlarge', 1.53],
  ['m7i.48xlarge', 9.6768],
  ['g5.xlarge', 1.006],
  ['p5.48xlarge', 55.04],
  ['t2.small', 0.023],
])('%s costs %d dollars an hour', (type, dollars) => {
  expect(hourlyPrice(type)).toBeCloseTo(dollars, 6);
});

it.each(['m5.metal', 'g4dn.huge', 'x9.large', 'constructor.large', 'toString', '', 'm5', 'm5.constructor'])(
  'the price of %j is not known',
  (type) => {
    expect(hourlyPrice(type)).toBeNull();
  },
);

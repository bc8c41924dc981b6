import { expect, it } from 'vitest';
import { isNoted } from './noted.ts';

it('tells a note that is on the ledger from another one, as it comes back from there', () => {
  const detail = { findings: [{ id: 'f', region: undefined }] };
  const ledger = [{ what: 'would update 1 finding', detail: { findings: [{ id: 'f' }] } }];
  expect(isNoted(ledger, 'would update 1 finding', detail)).toBe(true);
  expect(isNoted(ledger, 'would update 2 findings', detail)).toBe(false);
  expect(isNoted(ledger, 'would update 1 finding', { findings: [{ id: 'g' }] })).toBe(false);
});

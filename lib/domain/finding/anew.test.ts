import { expect, test } from 'vitest';
import { named } from '../named.ts';
import { whyAnew } from './anew.ts';

const place = { account: '444455556666', region: 'eu-central-1' };
const key = named('key', '1234abcd-12ab-34cd-56ef-1234567890ab', place);
const finding = (call: string | null, target = key, nature: 'attack' | 'clean' = 'attack') =>
  ({ type: `Destruction:${call}`, call, nature, targets: [target] }) as Parameters<typeof whyAnew>[0];

test.each(['kms:ScheduleKeyDeletion', 'kms:DisableKey'])(
  'a key is kept anew each time, in one incident too: %s',
  (call) => {
    expect(whyAnew(finding(call))).toBe('what was done by itself is undone');
  },
);

test.each<[string, ReturnType<typeof finding>]>([
  ['what was only tried', finding('kms:DisableKey', key, 'clean')],
  ['a bucket', finding(null, named('bucket', 'ledgers', place))],
  ['what a policy holds by now', finding('backup:DeleteRecoveryPoint', named('backup-vault', 'daily', place))],
])('of %s nothing is done once more', (_, one) => {
  expect(whyAnew(one)).toBeNull();
});

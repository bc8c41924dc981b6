import { expect, it } from 'vitest';
import { respondsIn } from './membership.ts';

const [hub, listed, other] = ['111122223333', '444455556666', '777788889999'];
const id = 'o-abcdefghij';

it.each([
  ['alone', { hub, members: [] }, [true, false, false]],
  ['a list', { hub, members: [listed] }, [true, true, false]],
  ['a list in an organisation', { hub, members: [listed], organization: { id } }, [true, true, false]],
  ['an organisation', { hub, members: [], organization: { id } }, [true, true, true]],
  ['an organisation but for one', { hub, members: [], organization: { id, exclude: [other] } }, [true, true, false]],
])('members are the accounts of the configuration: %s', (_, settings, expected) => {
  expect([hub, listed, other].map((account) => respondsIn(account, settings))).toEqual(expected);
});

import { expect, test } from 'vitest';
import { factsOf } from './plan.ts';
import { LoginProfileSeen } from './step.ts';

const at = '2026-06-01T11:00:00.000Z';

test('nobody is asked where there is no password', () => {
  const none = LoginProfileSeen.parse(factsOf('bob', null));
  expect(none).toMatchObject({ removable: 'none', createdAt: null, facts: ['bob has no console password'] });
});

test('a password is told with its age and its last use', () => {
  expect(factsOf('bob', { createdAt: at, lastUsed: at })).toMatchObject({
    removable: 'some',
    createdAt: at,
    facts: [`bob has a console password, created at ${at}`, `Last used at ${at}`],
  });
  expect(factsOf('bob', { createdAt: at, lastUsed: null }).facts[1]).toBe('IAM has no record of its use');
});

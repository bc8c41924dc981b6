import { expect, test } from 'vitest';
import { actOf, meaningOf } from './earlier-entries.ts';

test('an entry is read by its data; the words of an earlier version are read only where it has none', () => {
  const act = { step: 'deny-user', operation: 'apply', phase: 'contain', of: 'arn:u' } as const;
  expect(actOf({ kind: 'step', what: 'quarantine-interfaces: verify', act })).toBe(act);
  const earlier = (what: string) => actOf({ kind: 'failure', what });
  expect(earlier('protect-from-termination: release')).toEqual({
    step: 'protect-from-termination',
    operation: 'release',
    phase: 'preserve',
    of: '',
  });
  expect(earlier('deny-session: confirm')).toMatchObject({ operation: 'confirm', phase: 'contain' });
  expect(earlier('remove-created-credentials')).toMatchObject({ operation: 'run', phase: 'eradicate' });
  expect(actOf({ kind: 'decision', what: 'deny-user: apply' })).toBeNull();
});

test('what an outcome means is said with it; of an earlier version its word decides', () => {
  expect(meaningOf('refused', 'good')).toBe('good');
  const earlier = (...outcomes: string[]) => outcomes.map((outcome) => meaningOf(outcome, undefined));
  expect(new Set(earlier('applied', 'not-applicable', 'taken', 'none-due', 'nothing-left'))).toEqual(new Set(['good']));
  expect(new Set(earlier('refused', 'partly-removed', 'not-verified', 'taken-not-locked', 'reapplied'))).toEqual(
    new Set(['attention']),
  );
  expect(earlier('would-take')).toEqual(['observed']);
});

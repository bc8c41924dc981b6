import type { LoginProfileSeen } from './step.ts';

interface Password {
  /** When it was made, and last used; null where IAM says nothing (ISO 8601, UTC). */
  readonly createdAt: string | null;
  readonly lastUsed: string | null;
}

/** The facts for the question. Null: the user has no console password. */
export function factsOf(user: string, password: Password | null): LoginProfileSeen {
  const outcome = 'read';
  if (!password)
    return { outcome, removable: 'none', createdAt: null, facts: [`${user} has no console password`], unknown: [] };
  const { createdAt, lastUsed } = password;
  // IAM tells nothing for a password from before October 2014, and for one never used (IAM API reference, User).
  const used = lastUsed ? `Last used at ${lastUsed}` : 'IAM has no record of its use';
  const facts = [`${user} has a console password, created at ${createdAt ?? 'an unknown time'}`, used];
  return { outcome, removable: 'some', createdAt, facts, unknown: [] };
}

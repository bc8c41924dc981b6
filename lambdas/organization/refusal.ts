import { Broken, Refused, Transient } from '../../lib/domain/errors.ts';
import { config } from '../runtime/environment.ts';
import { isDenied, sentence } from '../runtime/errors.ts';

/** Answers of Organizations that a person has to act on (Organizations API reference, the pages of the actions). */
const advice: Readonly<Record<string, string>> = {
  ConstraintViolationException:
    'The organisation has reached a limit: detach a service control policy that is not needed, or put its words into another.',
  PolicyTypeNotEnabledException:
    'Service control policies are switched off: enable the policy type in the management account, and ask again.',
  PolicyInUseException: 'Somebody has attached our policy elsewhere too: detach it there, and release again.',
  TargetNotFoundException: 'The account is not in the organisation: no policy of it binds there.',
  ChildNotFoundException: 'The account is not in the organisation: it may have left.',
  DestinationParentNotFoundException: 'The unit to move the account into no longer exists: make it, or move by hand.',
};

/**
 * For `.catch` of a call to Organizations: throws Refused where a person has to decide, Broken where the configured account has no say,
 * Transient where somebody else is changing the same thing, and else the error as it was.
 */
export function refusedByOrganizations(error: Error): never {
  const cause = { cause: error };
  const words = Object.hasOwn(advice, error.name) ? advice[error.name] : null;
  if (words) throw new Refused(`${words} (${sentence(error)})`, cause);
  if (error.name === 'PolicyChangesInProgressException') throw new Transient(sentence(error), cause);
  if (isDenied(error) || error.name === 'AWSOrganizationsNotInUseException') {
    const account = config().organizationAdmin?.account;
    const how = `Deploy the member stack into ${account}, and let that be the management account or delegate policies to it.`;
    throw new Broken(`Account ${account} does not administer the organisation. ${how} (${sentence(error)})`, cause);
  }
  throw error;
}

import { Broken, Refused, Transient } from '../../lib/domain/errors.ts';
import { config } from '../runtime/environment.ts';
import { isDenied, sentence } from '../runtime/errors.ts';

/** Answers of Organizations that a person has to act on (Organizations API reference, the pages of the actions). */
const advice: Readonly<Record<string, string>> = {
  ConstraintViolationException:
    'Organizations refused: a limit is reached. Detach a service control policy that is not needed, or merge two.',
  PolicyTypeNotEnabledException:
    'Organizations refused: service control policies are switched off. Enable the policy type in the management account and try again.',
  PolicyInUseException:
    'Organizations refused: our policy is attached elsewhere too. Detach it there and release again.',
  TargetNotFoundException:
    'Organizations refused: the account is not in the organisation, so no policy of it applies there.',
  ChildNotFoundException: 'Organizations refused: the account is not in the organisation. It may have left.',
  DestinationParentNotFoundException:
    'Organizations refused: the destination unit no longer exists. Create it, or move the account by hand.',
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

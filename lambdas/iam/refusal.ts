import { Refused } from '../../lib/domain/errors.ts';
import { sentence } from '../runtime/errors.ts';

/** IAM's answers to a write on a role that mean "not this way", and what a person may do. */
const advice: Readonly<Record<string, string>> = {
  LimitExceededException:
    'IAM refused: the inline policies of the role are full (10,240 characters in all, IAM quotas). Remove one.',
  // IAM shows a principal that was deleted by its unique id, and takes no such id back (IAM guide, "Principal").
  MalformedPolicyDocumentException:
    'IAM refused this policy; a principal it names may have been deleted. Write it by hand from the before-state.',
  UnmodifiableEntityException: 'IAM refused: only the AWS service it belongs to may change the role.',
};

/** For `.catch` of a write on a role: throws Refused where a person has to decide, else the error as it was. */
export function refusedByIam(error: Error): never {
  const words = Object.hasOwn(advice, error.name) ? advice[error.name] : null;
  if (words) throw new Refused(`${words} (${sentence(error)})`, { cause: error });
  throw error;
}

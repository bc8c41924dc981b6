import { ownPatterns } from './own-parts.ts';
import { type Counting, deskPatterns, type EventPattern, patternsOf } from './patterns.ts';
import type { Claimant } from './route.ts';

/** What an account sends to the hub from each of its Regions: the events of its own that some rule of the hub listens for. */
export interface Forwarded {
  /** The administrator of GuardDuty, Security Hub and Macie receives these for all its members, in the Region of each. */
  readonly findings: readonly EventPattern[];
  /** No other account receives these. */
  readonly own: readonly EventPattern[];
}

const detailTypes = ['GuardDuty Finding', 'Macie Finding', 'Inspector2 Finding'];

/** A call to Security Hub is none: like every call, no other account receives it. */
const isFinding = ({ source, 'detail-type': types }: EventPattern): boolean =>
  (source.includes('aws.securityhub') && !types.includes('AWS API Call via CloudTrail')) ||
  types.some((type) => detailTypes.some((one) => one === type));

/** The hub takes every GuardDuty finding: which rule, it decides itself, so that no forwarder changes with a playbook's claims. */
const widened = (pattern: EventPattern): EventPattern =>
  pattern['detail-type'].includes('GuardDuty Finding') ? { ...pattern, detail: { type: [{ exists: true }] } } : pattern;

/**
 * The patterns of the forwarders: what these playbooks' rules and the desk's listen for, each once.
 *
 * @param name the deployment's: what is done to its parts there is sent too
 * @param only which findings in Security Hub count, as for `deskPatterns`
 */
export function forwarded(books: readonly Claimant[], name: string, only: Counting = {}): Forwarded {
  const heard = [
    ...books.flatMap((book) => patternsOf(book, books)),
    ...deskPatterns(books, only),
    ...ownPatterns(name, 'elsewhere'),
  ].map(widened);
  const once = [...new Map(heard.map((pattern) => [JSON.stringify(pattern), pattern])).values()];
  return { findings: once.filter(isFinding), own: once.filter((pattern) => !isFinding(pattern)) };
}

/**
 * Three errors, three meanings. Step Functions matches on the names, so they are the contract between a step and its playbook.
 * The cause is always kept.
 */

/** Try again: a throttle, a timeout, a conflict that will pass. */
export class Transient extends Error {
  override name = 'Transient';
}

/** The same, of an account whose calls are too many just now: that passes in minutes, not in seconds. */
export class Throttled extends Transient {
  override name = 'Throttled';
}

/** Not done yet, and what is done is kept: only a state that waits for it calls again. */
export class Unfinished extends Transient {
  override name = 'Unfinished';
}

/** We will not, and a person has to decide. A normal outcome, not a fault of ours. */
export class Refused extends Error {
  override name = 'Refused';
}

/** Something we rely on does not hold: page the people who run Tourniquet. */
export class Broken extends Error {
  override name = 'Broken';
}

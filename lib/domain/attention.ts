/** What functions count one more of when a person has to look, and the one alarm watches; which kind of thing it was stands in the log. */
export const attention = { namespace: 'Tourniquet', metricName: 'Attention' } as const;

/**
 * A function failed whose failure no run tells of; a person was refused; a record was sealed without the stamp it should have; an account
 * sent a finding about another one.
 */
export type Attention = 'EntranceFailed' | 'CallbackRefused' | 'RecordUnstamped' | 'FindingDoubted';

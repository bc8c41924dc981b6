import type { Finding } from './finding.ts';

type Unsaid = Pick<
  Finding,
  | 'severity'
  | 'score'
  | 'sample'
  | 'archived'
  | 'suppressed'
  | 'drill'
  | 'requested'
  | 'hub'
  | 'marked'
  | 'updatedBy'
  | 'role'
  | 'count'
  | 'firstSeen'
  | 'lastSeen'
  | 'call'
  | 'mend'
  | 'remotes'
  | 'signals'
>;

/** The part of a finding that its source does not speak of. Made anew each time: nobody shares the lists. */
export const unsaid = (): Unsaid => ({
  severity: null,
  score: null,
  role: 'unknown',
  count: 1,
  firstSeen: null,
  lastSeen: null,
  call: null,
  mend: null,
  sample: false,
  archived: false,
  suppressed: false,
  drill: false,
  requested: false,
  hub: null,
  marked: null,
  updatedBy: null,
  remotes: [],
  signals: [],
});

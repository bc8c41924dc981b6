import { defineEntrance } from '../../../lib/domain/step.ts';
import { holdingLonger } from '../holding.ts';

/** An entrance of its own beside the decisions, so that whoever approves needs neither the vault nor a member account. */
export const keepClocks = defineEntrance({
  name: 'keep-clocks',
  title: 'Record a fact, a claim, a field of the report, a filing or a withdrawal',
  // What API Gateway waits for an answer: 30 s (quotas of HTTP APIs).
  within: 29,
  hub: ['read-incident', 'schedule', 'extend-locks', 'read-settings'],
  permissions: holdingLonger,
});

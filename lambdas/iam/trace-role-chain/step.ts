import * as z from 'zod';
import { Custody } from '../../../lib/domain/custody.ts';
import { allow } from '../../../lib/domain/permission.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { Instance } from '../../ec2/instance/target.ts';
import { RoleSession } from '../role-session/target.ts';
import { User } from '../user/target.ts';

/** Whose credentials may have been used to come by further sessions: an instance stands for its role's session. */
export const Holder = z.discriminatedUnion('kind', [User, RoleSession, Instance]);
export type Holder = z.infer<typeof Holder>;

/** A session of a role, found down the chain. */
export const ChainedSession = z.object({
  role: z.string(),
  session: z.string(),
  account: z.string(),
  /** Id of the temporary key it was handed out with; null where the record does not say. */
  key: z.string().nullable(),
  /** When it was handed out (ISO 8601); empty where the record does not say. */
  at: z.string(),
  /** Sessions from the finding's own to this one. */
  depth: z.number(),
  /** `started`: a run about it is under way in the same incident. */
  outcome: z.enum(['started', 'would-start', 'left']),
  /** Why it is left to people. */
  because: z.string().optional(),
});
export type ChainedSession = z.infer<typeof ChainedSession>;

/** `partly-traced`: something is left to people, and `because` says what. */
export const RoleChain = z.object({
  outcome: z.enum(['traced', 'partly-traced', 'would-trace', 'not-applicable']),
  /** Sentences; `unknown` names what was not read or not followed, with the reason. */
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
  sessions: z.array(ChainedSession),
  evidence: z.array(Custody),
  because: z.string().optional(),
});
export type RoleChain = z.infer<typeof RoleChain>;

export const traceRoleChain = defineStep({
  name: 'trace-role-chain',
  title: 'Follow the chain of roles',
  phase: 'preserve',
  csf: 'RS.AN-03',
  effect:
    'Read only in the account: it follows what the credentials assumed, five sessions deep, as far as CloudTrail shows it (calls appear up to 15 minutes late). Each further session gets its own run in the same incident, with its own question.',
  target: Holder,
  result: RoleChain,
  outcomes: { traced: 'good', 'partly-traced': 'attention', 'would-trace': 'observed', 'not-applicable': 'good' },
  within: 60,
  hub: ['vault', 'start-chained', 'read-settings'],
  permissions: [allow('cloudtrail:LookupEvents'), allow('ec2:DescribeRegions')],
});

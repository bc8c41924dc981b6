import * as z from 'zod';
import { allow } from '../../../lib/domain/permission.ts';
import { Removable } from '../../../lib/domain/removal.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { RoleSession } from '../role-session/target.ts';
import { User } from '../user/target.ts';

/** One change the principal made, by CloudTrail. */
export const PrincipalChange = z.object({
  at: z.string(),
  region: z.string(),
  /** `iam:CreateAccessKey`. */
  call: z.string(),
  /** What it was done to, as far as the record names it. */
  resources: z.array(z.string()),
  from: z.string(),
  /** Who made the call: the principal itself, or what it has made or assumed since. */
  by: z.string(),
  event: z.string(),
});
export type PrincipalChange = z.infer<typeof PrincipalChange>;

/** Credentials that work until somebody takes them away. */
export const lasting = ['access-key', 'login-profile', 'service-credential', 'ssh-key', 'certificate'] as const;

/** A further credential the principal came by: it outlives what is done about the first. */
export const Made = z.object({
  kind: z.enum(['user', 'session', ...lasting]),
  /** Name of the user, or of the login profile's; id of the credential, or of a session's temporary key. */
  id: z.string(),
  /** Whose it is: name of the user, or `role/session`. Null for a user. */
  of: z.string().nullable(),
  /** Where it is at home; null where the record does not say. */
  account: z.string().nullable(),
  /** When, by CloudTrail; empty where it does not say. */
  at: z.string(),
});
export type Made = z.infer<typeof Made>;

/** An instance that the principal started, by CloudTrail. */
export const StartedInstance = z.object({
  id: z.string(),
  /** `g5.xlarge`; `unknown` where the record does not say. */
  type: z.string(),
  region: z.string(),
  at: z.string(),
});
export type StartedInstance = z.infer<typeof StartedInstance>;

/** Facts for the question, each a sentence; `unknown` names what could not be read, with the reason. */
export const PrincipalChanges = z.object({
  outcome: z.literal('listed'),
  facts: z.array(z.string()),
  unknown: z.array(z.string()),
  /** Newest last. */
  changes: z.array(PrincipalChange),
  /** Oldest first: by the principal itself, or down the chain of what it made. */
  made: z.array(Made),
  /** Oldest first. */
  started: z.array(StartedInstance),
  /** From when on was read: what is younger and not listed may be theirs too. */
  since: z.string(),
  /** Each credential that lasts, in words. */
  lines: z.array(z.string()),
  /** Whether there is one. */
  removable: Removable,
});
export type PrincipalChanges = z.infer<typeof PrincipalChanges>;

export const listPrincipalChanges = defineStep({
  name: 'list-principal-changes',
  title: 'List what the principal has changed',
  phase: 'observe',
  csf: 'RS.AN-03',
  effect:
    'Read only: what it created or changed since the first sign, in every Region, what the instances it started cost by a dated list of prices, and what is new about its calls.',
  target: z.discriminatedUnion('kind', [User, RoleSession]),
  result: PrincipalChanges,
  outcomes: { listed: 'good' },
  within: 30,
  permissions: [allow('cloudtrail:LookupEvents'), allow('ec2:DescribeRegions')],
});

import * as z from 'zod';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import { denialsIn, denyPolicy, sessionPolicyName, whyNotOurs } from '../../../lib/domain/role-policy.ts';
import type { RoleSession } from '../role-session/target.ts';
import type { OlderDeny } from './step.ts';

const prefix = 'tourniquet-deny-older';

/** A policy for each session that an incident may be about: letting go in one incident does not let go in another on the same role. */
export const policyName = ({ session }: RoleSession, digest: (text: string) => string): string =>
  session ? sessionPolicyName(prefix, session, digest) : prefix;

/** STS keeps issue times in seconds: the next full one, so that what was issued in this very second falls too. */
export const cutOffAfter = (now: string): string =>
  new Date((Math.floor(Date.parse(now) / 1000) + 1) * 1000).toISOString().replace('.000Z', 'Z');

/**
 * Denies whatever the role's sessions issued before the cut-off do. Only temporary credentials have an issue time, so it stands on roles
 * alone (IAM user guide, "Revoke IAM role temporary security credentials").
 */
export const policyFor = (cutOff: string, run: string): string =>
  denyPolicy({ DateLessThan: { 'aws:TokenIssueTime': cutOff } }, run);

const Ours = z.strictObject({ DateLessThan: z.strictObject({ 'aws:TokenIssueTime': z.iso.datetime() }) });

/** The latest moment before which the policy denies every session in full; null when it denies none. */
export function cutOffIn(document: string | null): string | null {
  const read = denialsIn(document).map((condition) => Ours.safeParse(condition).data);
  const moments = read.flatMap((ours) => ours?.DateLessThan['aws:TokenIssueTime'] ?? []);
  return moments.toSorted((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? null;
}

/**
 * Every cut-off of ours is later than the facts we decide by. An earlier one is left of another incident, or was moved back: it lets
 * sessions live that have to fall.
 */
export const stateOf = (cutOff: string | null, { seenAt }: RoleSession): OlderDeny => ({
  denied: cutOff !== null && Date.parse(cutOff) >= Date.parse(seenAt) ? 'yes' : 'no',
});

/** Every session of the role made until now. */
export function planOlderDeny({ role, id }: RoleSession, { denied }: OlderDeny): LeverPlan<OlderDeny> {
  if (!role) return { refused: `the role of ${id} could not be read; deny its older sessions by hand` };
  const refused = whyNotOurs(role);
  if (refused) return { refused };
  if (denied === 'yes') return { nothing: `older sessions of ${role.name} are already denied` };
  return { ours: { denied: 'yes' } };
}

/** It holds when the cut-off lies after the moment we began to write it. */
export function verdictOf(cutOff: string | null, begunAt: string): Verdict {
  if (!cutOff) return { outcome: 'not-verified', because: 'no Tourniquet policy denies all older sessions' };
  if (Date.parse(cutOff) < Date.parse(begunAt))
    return {
      outcome: 'not-verified',
      because: `only sessions from before ${cutOff} are denied, not those up to ${begunAt}`,
    };
  return { outcome: 'verified', seen: [`sessions made before ${cutOff} are denied`] };
}

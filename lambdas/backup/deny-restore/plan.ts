import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type Prepared, type ResourcePolicy, sparing } from '../../../lib/domain/resource-policy.ts';
import { type RecoveryPoint, whyUnfound } from '../recovery-point/target.ts';
import { planStatements } from '../vault-policy.ts';

type Point = Pick<RecoveryPoint, 'id' | 'vault'>;

/** The Sid of our statement about this one, among those about others of its vault; `digest` is hexadecimal. */
export const sidFor = ({ id }: Point, digest: (text: string) => string): string =>
  `TourniquetNoRestore${digest(id).slice(0, 8)}`;

/** A statement about this one recovery point, and everybody but those on the lists. */
export function planNoRestore(
  { id, vault }: Point,
  before: ResourcePolicy,
  prepared: Prepared | null,
): LeverPlan<ResourcePolicy> {
  if (!vault) return { refused: whyUnfound({ id, vault }) ?? 'nobody knows where it lies' };
  const Action = ['backup:StartRestoreJob', 'backup:StartCopyJob'];
  const what = { Sid: before.sids[0], Effect: 'Deny', Principal: '*', Action, Resource: id };
  return planStatements(vault, before, [{ ...what, Condition: sparing(prepared) }]);
}

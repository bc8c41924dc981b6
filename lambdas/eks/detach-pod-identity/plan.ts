import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Workload } from '../eks-workload/target.ts';
import type { Association } from './step.ts';

/** The service account whose pods they are; null where no pod of it was read. All pods of an owner have the same. */
export const serviceAccountOf = ({ pods: [pod] }: Pick<Workload, 'pods'>): string | null =>
  pod ? (pod.serviceAccount ?? 'default') : null;

/** Why the association could not be made again as it is; null where it could. */
function whyKept({ role, chained, addOn }: NonNullable<Association['association']>, own: string | undefined) {
  if (addOn) return `the association belongs to the add-on ${addOn}: change it there`;
  // EKS API reference, PodIdentityAssociation, externalId: the trust policy of the second role names it, and a new one gets another.
  if (chained)
    return `the association hands on to ${chained}, whose trust names the id that EKS gave it, and it would get another: deny the sessions of ${chained} instead`;
  return role === own ? null : `the association is of ${role}, which was not read: it could not be handed over again`;
}

/** No association at all. */
export function planDetach(target: Workload, { association }: Association): LeverPlan<Association> {
  const { unreachable, namespace } = target;
  if (unreachable) return { refused: unreachable };
  const account = serviceAccountOf(target);
  if (account === null) return { nothing: 'it has no pods whose service account could have one' };
  if (!association) return { nothing: `service account ${namespace}/${account} has no Pod Identity association` };
  const refused = whyKept(association, target.role?.arn);
  return refused ? { refused } : { ours: { association: null } };
}

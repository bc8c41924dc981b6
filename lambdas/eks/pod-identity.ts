import {
  DescribePodIdentityAssociationCommand,
  EKSClient,
  type PodIdentityAssociation,
  type PodIdentityAssociationSummary,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { readRole } from '../iam/read-role.ts';
import { orGone } from '../runtime/facts.ts';
import type { Session } from '../runtime/session.ts';
import type { Api } from './cluster.ts';
import type { PodIdentity, Workload } from './eks-workload/target.ts';
import { type PodObject, ServiceAccountObject } from './objects.ts';

/** Associations that are read before it is known whose pods it is about: most namespaces have a few. Where there are more, only the one that counts is. */
const mostAhead = 5;

/** The association of a service account; null where it has none. */
export type Associations = (serviceAccount: string) => Promise<PodIdentityAssociation | null>;

/** Those of the namespace of a workload: nobody has to know the pod before asking for them, so they are read while it is looked up. */
export async function associationsIn(target: Workload, session: Session): Promise<Associations> {
  const client = session.client(EKSClient);
  const { cluster: clusterName, namespace } = target;
  const listed: PodIdentityAssociationSummary[] = [];
  for await (const { associations = [] } of paginateListPodIdentityAssociations({ client }, { clusterName, namespace }))
    listed.push(...associations);
  const describe = async (associationId: string | undefined): Promise<PodIdentityAssociation | null> => {
    const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
    return (await client.send(command).catch(orGone))?.association ?? null;
  };
  const ahead = new Map<string | undefined, PodIdentityAssociation | null>();
  if (listed.length <= mostAhead)
    await Promise.all(listed.map(async (one) => ahead.set(one.associationId, await describe(one.associationId))));
  return async (serviceAccount) => {
    // A service account has no more than one (EKS user guide, "EKS Pod Identity considerations").
    const own = listed.find((one) => one.serviceAccount === serviceAccount);
    return own ? (ahead.get(own.associationId) ?? describe(own.associationId)) : null;
  };
}

/** The role by an association of EKS Pod Identity; of a chain of two, the one whose credentials the pods get, of which nobody says that it is tagged. */
function associated(association: PodIdentityAssociation | null) {
  const { roleArn, targetRoleArn, disableSessionTags = false } = association ?? {};
  const role = targetRoleArn ?? roleArn;
  const through = disableSessionTags || targetRoleArn ? ('untagged' as const) : ('pod identity' as const);
  return role ? { role, through } : null;
}

/** The annotation that makes the pods of a service account ask STS for a role (EKS user guide, "IAM roles for service accounts"). */
const annotation = 'eks.amazonaws.com/role-arn';

/** A role of another account is not ours to read, nor to change. */
async function ownRole(arn: string, { partition, account }: Workload, session: Session) {
  const own = arn.startsWith(`arn:${partition}:iam::${account}:role/`);
  return own ? ((await readRole(arn.split('/').at(-1) ?? '', session))?.role ?? null) : null;
}

/**
 * Whose credentials the pods get. Where both ways name a role, which one counts is the SDK's choice in each container: people decide. The role of
 * the association is read while the service account is.
 */
export async function identityOf(
  api: Api,
  pods: readonly PodObject[],
  target: Workload,
  { session, associations }: { readonly session: Session; readonly associations: Associations },
) {
  const name = pods[0]?.spec.serviceAccountName ?? 'default';
  const { namespace } = target;
  const association = associated(await associations(name));
  const [worn, account] = await Promise.all([
    association && ownRole(association.role, target, session),
    api.find(ServiceAccountObject, 'getServiceAccount', { namespace, name }),
  ]);
  const annotated = account?.metadata.annotations[annotation] ?? null;
  const role = association?.role ?? annotated;
  if (!role || (association && annotated && association.role !== annotated)) return { identity: null, role: null };
  const issuer = api.cluster.identity?.oidc?.issuer?.replace(/^https:\/\//, '') ?? null;
  const identity: PodIdentity = { role, through: association?.through ?? 'web identity', issuer };
  return { identity, role: association ? worn : await ownRole(role, target, session) };
}

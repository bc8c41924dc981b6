import * as z from 'zod';

/** Who is given a role by RBAC (Kubernetes, "Using RBAC Authorization", "Referring to subjects"). */
const Subject = z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() });
export type Subject = z.infer<typeof Subject>;

export const BindingObject = z.object({
  metadata: z.object({ name: z.string() }),
  roleRef: z.object({ name: z.string() }),
  subjects: z.array(Subject).nullish(),
});
export type BindingObject = z.infer<typeof BindingObject>;

/** What every cluster gives to everybody who has logged in (Kubernetes, "Using RBAC Authorization", "API discovery roles"). */
const usual = new Set(['system:basic-user', 'system:discovery', 'system:public-info-viewer']);

const group = (name: string): Subject => ({ kind: 'Group', name });

/** By what bindings may name a service account: itself, as a user, and the groups that all of its kind are in. */
export const subjectsOfAccount = (namespace: string, name: string): Subject[] => [
  { kind: 'ServiceAccount', name, namespace },
  { kind: 'User', name: `system:serviceaccount:${namespace}:${name}` },
  group(`system:serviceaccounts:${namespace}`),
  group('system:serviceaccounts'),
  group('system:authenticated'),
];

/** Whoever comes in by an access entry; EKS puts nobody else into a group whose name begins with `system:` (EKS user guide, "Create access entries"). */
export const subjectsOfEntry = (username: string, groups: readonly string[]): Subject[] => [
  { kind: 'User', name: username },
  ...groups.map(group),
  group('system:authenticated'),
];

/** Whoever comes in without credentials. */
export const nobody: readonly Subject[] = [{ kind: 'User', name: 'system:anonymous' }, group('system:unauthenticated')];

const keyOf = ({ kind, name, namespace }: Subject): string =>
  kind === 'ServiceAccount' ? `service account ${namespace}/${name}` : `${kind.toLowerCase()} ${name}`;

/** Bindings a sentence names before it only counts. */
const nameable = 5;

/** Which ClusterRoleBindings name one of these: no lever of ours takes them away. */
export function bindingSentences(bindings: readonly BindingObject[], who: readonly Subject[]): string[] {
  const known = new Set(who.map(keyOf));
  const found = bindings.flatMap(({ metadata: { name }, roleRef, subjects }) => {
    const named = (subjects ?? []).map(keyOf).filter((one) => known.has(one));
    if (usual.has(name) || named.length === 0) return [];
    return [`ClusterRoleBinding ${name} gives ${named.join(' and ')} the role ${roleRef.name} in the whole cluster`];
  });
  if (found.length === 0) return ['No ClusterRoleBinding names it: what it may in the whole cluster, EKS gives it'];
  const rest = found.length - nameable;
  return [
    ...found.slice(0, nameable),
    ...(rest > 0 ? [`${rest} more ClusterRoleBindings name it`] : []),
    'Those bindings stay: remove them by hand, with kubectl delete clusterrolebinding NAME, where nobody else needs them',
  ];
}

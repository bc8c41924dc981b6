import type { Pod, Workload } from '../eks-workload/target.ts';

/** What a policy keeps apart with the VPC CNI: pods by their names without the last part (aws-network-policy-agent, issue 676). */
const identity = (name: string): string => name.slice(0, name.lastIndexOf('-'));

interface Running {
  readonly name: string;
  readonly node: string | null;
}

/** Pods that share a program of the VPC CNI's agent with one of ours: the same owner's, on the same node. */
export function sharing(
  { pods, enforcer }: Pick<Workload, 'pods' | 'enforcer'>,
  running: readonly Running[],
): string[] {
  if (enforcer !== 'vpc-cni' && enforcer !== 'auto-mode') return [];
  const own = new Set(pods.map(({ name }) => name));
  return running.flatMap(({ name, node }) =>
    !own.has(name) && pods.some((pod) => pod.node === node && identity(pod.name) === identity(name)) ? [name] : [],
  );
}

/** Names a sentence has before it only counts. */
const nameable = 3;

export function listed(names: readonly string[]): string {
  const rest = names.length > nameable ? ` and ${names.length - nameable} more` : '';
  return `${names.slice(0, nameable).join(', ')}${rest}`;
}

const podSentence = ({ name, node, serviceAccount, owner }: Pod): string =>
  `Pod ${name} on ${node ?? 'no node yet'}, service account ${serviceAccount ?? 'default'}, ${owner ? `of ${owner.kind} ${owner.name}` : 'stands alone'}`;

/** Whose calls a deny on the role hits. */
const reach = {
  'pod identity': 'a deny on it stops these pods and no other',
  'web identity': 'a deny on it stops every pod of the cluster that has it',
  untagged: 'its sessions do not say which pod they are of, and no deny tells them apart',
} as const;

interface Seen {
  readonly services: readonly string[];
  /** How many the owner keeps; null where nothing counts them. */
  readonly replicas: number | null;
  readonly running: readonly Running[];
}

export function sentences(target: Workload, { services, replicas, running }: Seen): string[] {
  const { pods, owner, identity } = target;
  const shared = sharing(target, running);
  const others = Math.max(running.length - pods.length, 0);
  return [
    ...pods.slice(0, nameable).map(podSentence),
    ...(pods.length > nameable ? [`${pods.length} pods in all`] : []),
    services.length > 0 ? `Services that lead to it: ${listed(services)}` : 'No Service leads to it',
    ...(owner && replicas !== null
      ? [
          `${owner.kind} ${owner.name} keeps ${replicas}: ${others} stay in service, and it starts as many again as are quarantined`,
        ]
      : []),
    ...(identity ? [`Role ${identity.role} by ${identity.through}: ${reach[identity.through]}`] : []),
    ...(shared.length > 0
      ? [`With the VPC CNI the quarantine may cut off too, as they share its rules on their node: ${listed(shared)}`]
      : []),
    'The undo takes seconds; clients connect again by themselves',
  ];
}

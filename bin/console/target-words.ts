import { known } from '../../lambdas/targets/target.ts';
import type { Principal, PrincipalKind, TargetKind } from '../../lib/domain/named.ts';
import type { TargetSaid } from './explanation.ts';

/** Each kind of resource a finding can name, as people call it. */
const namedWords: Readonly<Record<TargetKind, string>> = {
  instance: 'instance',
  interface: 'network interface',
  'access-key': 'access key',
  principal: 'identity',
  bucket: 'bucket',
  object: 'object',
  'eks-cluster': 'EKS cluster',
  'eks-workload': 'Kubernetes workload',
  'ecs-cluster': 'ECS cluster',
  'ecs-task': 'ECS task',
  container: 'container',
  'db-instance': 'database',
  'db-cluster': 'database cluster',
  'lambda-function': 'function',
  volume: 'volume',
  snapshot: 'snapshot',
  image: 'image',
  'recovery-point': 'recovery point',
  'backup-vault': 'backup vault',
  key: 'KMS key',
  log: 'log',
  notebook: 'notebook instance',
  'public-access-block': 'Block Public Access of account',
  account: 'account',
  resource: 'resource',
};

const words: Readonly<Record<string, string>> = {
  ...namedWords,
  ...Object.fromEntries(known.map(({ kind, title }) => [kind, title])),
};

/** A kind of target as people call it. */
export const wordsFor = (kind: string): string => words[kind] ?? kind;

const holderKinds: Readonly<Record<PrincipalKind, string>> = {
  'iam-user': 'IAM user',
  'role-session': 'role',
  'identity-center': 'Identity Center role',
  'federated-user': 'federated user',
  root: 'the root user',
  service: 'service',
  account: 'account',
  unknown: 'holder',
};

/** `IAM user alice`, `role deploy in session i-0abc…`. */
export function principalWords({ kind, name, id, session }: Principal): string {
  if (kind === 'root') return holderKinds.root;
  const called = name ?? (id ? `with id ${id}` : 'without a name');
  const within = session && session !== name ? ` in session ${session}` : '';
  return `${holderKinds[kind]} ${called}${within}`;
}

/** A resource in one line; where it is only if that is elsewhere. */
export function targetWords(target: TargetSaid, home: Pick<TargetSaid, 'account' | 'region'>): string {
  const { kind, id, account, region, principal, inside, version, user } = target;
  const elsewhere = [
    ...(account && account !== home.account ? [account] : []),
    ...(region && region !== home.region ? [region] : []),
  ];
  const parts = [
    kind === 'principal' && principal ? principalWords(principal) : `${wordsFor(kind)} ${id}`,
    inside && kind !== 'object' ? ` in ${inside}` : '',
    version ? `, version ${version}` : '',
    user ? `, as ${user}` : '',
    kind !== 'principal' && principal ? ` of ${principalWords(principal)}` : '',
    elsewhere.length > 0 ? ` (${elsewhere.join(', ')})` : '',
  ];
  return parts.join('');
}

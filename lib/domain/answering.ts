import { instanceBehind, type Named, type Principal, type TargetKind } from './named.ts';

/** Playbooks that answer for whoever holds a credential. */
export const identityPlaybooks = [
  'iam-access-key',
  'iam-role-session',
  'identity-center-user',
  'root-user',
  'stolen-workload-credentials',
] as const;
export type IdentityPlaybook = (typeof identityPlaybooks)[number];

/** The playbook that answers for a credential's holder, by who that is alone; null where nobody can contain such a one. */
export function playbookOfHolder(principal: Principal | null): IdentityPlaybook | null {
  switch (principal?.kind) {
    case 'root':
      return 'root-user';
    case 'identity-center':
      return 'identity-center-user';
    case 'iam-user':
    case 'federated-user':
      return principal.name ? 'iam-access-key' : null;
    case 'role-session':
      if (!principal.name) return null;
      return instanceBehind(principal) ? 'stolen-workload-credentials' : 'iam-role-session';
    default:
      return null;
  }
}

/** The playbook that answers for an instance by itself. */
export const playbookOfInstance = 'ec2-instance-compromise';

/** The playbook that answers for an instance, or a notebook of SageMaker, that somebody started with stolen credentials. */
export const playbookOfStarted = 'rogue-instance';

/** The playbook that answers for a thing by itself, whatever a finding says of others beside it. What merely lies in or on another has none. */
const byKind: Readonly<Partial<Record<TargetKind, string>>> = {
  instance: playbookOfInstance,
  'eks-workload': 'eks-workload',
  'eks-cluster': 'eks-workload',
  'ecs-task': 'ecs-task',
  'ecs-cluster': 'ecs-task',
  'lambda-function': 'lambda-function',
  bucket: 'data-exposure',
  'db-instance': 'rds-database',
  'db-cluster': 'rds-database',
};

/** The playbook that answers for one resource or credential by itself; null where none does. */
export const playbookOf = ({ kind, principal }: Named): string | null =>
  principal ? playbookOfHolder(principal) : (byKind[kind] ?? null);

/** Playbooks that work on a target of this kind: a person picks among them where none claims the finding. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  'access-key': ['iam-access-key'],
  'backup-vault': ['destruction'],
  bucket: ['data-exposure', 'destruction'],
  'db-cluster': ['rds-database'],
  'db-instance': ['rds-database'],
  'ecs-cluster': ['ecs-task'],
  'ecs-task': ['ecs-task'],
  'eks-cluster': ['eks-workload'],
  'eks-workload': ['eks-workload'],
  image: ['data-exposure', 'malware-on-disk'],
  instance: ['ec2-instance-compromise', 'rogue-instance', 'stolen-workload-credentials'],
  'lambda-function': ['lambda-function'],
  log: ['defence-impairment'],
  notebook: ['rogue-instance'],
  object: ['malicious-object', 'data-exposure'],
  person: ['identity-center-user'],
  'recovery-point': ['malware-on-disk'],
  'role-session': ['iam-role-session', 'stolen-workload-credentials'],
  root: ['root-user'],
  snapshot: ['data-exposure', 'malware-on-disk'],
  user: ['iam-access-key', 'resource-hijack'],
  volume: ['malware-on-disk'],
};

/** What may be picked for a target of a kind; nothing where no playbook works on such a one. */
export const playbooksFitting = (kind: string): readonly string[] => fitting[kind] ?? [];

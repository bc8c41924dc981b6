import type { Playbook } from '../lib/asl/notation.ts';

const list = [
  // One line a playbook.
  import('./ec2-instance-compromise/playbook.ts'),
  import('./malware-on-disk/playbook.ts'),
  import('./stolen-workload-credentials/playbook.ts'),
  import('./iam-access-key/playbook.ts'),
  import('./iam-role-session/playbook.ts'),
  import('./identity-center-user/playbook.ts'),
  import('./root-user/playbook.ts'),
  import('./data-exposure/playbook.ts'),
  import('./destruction/playbook.ts'),
  import('./malicious-object/playbook.ts'),
  import('./eks-workload/playbook.ts'),
  import('./ecs-task/playbook.ts'),
  import('./rds-database/playbook.ts'),
  import('./lambda-function/playbook.ts'),
  import('./defence-impairment/playbook.ts'),
  import('./attack-sequence/playbook.ts'),
  import('./decoy-tripped/playbook.ts'),
  import('./resource-hijack/playbook.ts'),
  import('./rogue-instance/playbook.ts'),
  import('./unmapped-finding/playbook.ts'),
  import('./release/playbook.ts'),
];

export const playbooks: readonly Playbook[] = (await Promise.all(list)).map((one) => one.default);

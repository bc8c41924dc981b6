import type { Playbook } from '../lib/asl/notation.ts';

const list = [
  // One line a playbook.
  import('./ec2-instance-compromise/playbook.ts'),
  import('./release/playbook.ts'),
];

export const playbooks: readonly Playbook[] = (await Promise.all(list)).map((one) => one.default);

import { playbookOf } from '../answering.ts';
import { claimOf, isIdentified, type Named, type TargetKind } from '../named.ts';
import { type Finding, isSequence } from './finding.ts';

interface Deed {
  readonly types: RegExp;
  /** What its findings are about, the first that is named. */
  readonly kinds: readonly TargetKind[];
  readonly playbook: string;
}

const pods: readonly TargetKind[] = ['eks-workload', 'eks-cluster'];

/** Which playbook answers for the thing where anybody but root does it. Findings of other types are about the credential alone. */
const deeds: readonly Deed[] = [
  { types: /^Object:S3\//, kinds: ['object'], playbook: 'malicious-object' },
  { types: /^Execution:S3\//, kinds: ['recovery-point'], playbook: 'malware-on-disk' },
  { types: /^Impact:S3\//, kinds: ['bucket'], playbook: 'destruction' },
  { types: /^(?:Stealth|DefenseImpairment):S3\//, kinds: ['bucket'], playbook: 'defence-impairment' },
  { types: /^[^:]*:S3\//, kinds: ['public-access-block', 'bucket'], playbook: 'data-exposure' },
  { types: /^Exfiltration:EC2\//, kinds: ['snapshot', 'image'], playbook: 'data-exposure' },
  { types: /^[^:]*:Kubernetes\//, kinds: pods, playbook: 'eks-workload' },
];

/** A thing that the root user did something to, and the playbook that answers for it in the same incident. */
export interface Beside {
  readonly one: Named;
  readonly playbook: string;
}

/** The things of a GuardDuty finding that is about the root user: that playbook contains who acted, and none of them. */
export function besideRoot(finding: Pick<Finding, 'targets' | 'partition' | 'type' | 'key'>): Beside[] {
  const { targets, partition, type, key } = finding;
  const [first] = targets;
  const isRoots = first !== undefined && playbookOf(first) === 'root-user' && key.startsWith('guardduty:');
  const deed = deeds.find(({ types }) => types.test(type));
  if (!deed || !isRoots || isSequence(finding)) return [];
  const kind = deed.kinds.find((each) => targets.some((one) => one.kind === each && isIdentified(one)));
  const things = targets.filter((one) => one.kind === kind && isIdentified(one));
  const each = new Map(things.map((one) => [claimOf(one, partition), one] as const));
  return [...each.values()].map((one) => ({ one, playbook: deed.playbook }));
}

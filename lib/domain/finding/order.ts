import { instanceBehind, type Named, named, type Principal, type TargetKind } from '../named.ts';

/** What is named first where the type does not say: the nearest to the code that runs, then data, then credentials. */
const usual: readonly TargetKind[] = [
  'eks-workload',
  'eks-cluster',
  'ecs-task',
  'ecs-cluster',
  'instance',
  'lambda-function',
  'db-instance',
  'db-cluster',
  'bucket',
  'object',
  'access-key',
  'principal',
  'recovery-point',
  'backup-vault',
  'image',
  'snapshot',
  'volume',
  'container',
  'interface',
  'key',
  'log',
  'notebook',
  'public-access-block',
  'resource',
  'account',
];

const credentials: readonly TargetKind[] = ['access-key', 'principal'];
const workloads: readonly TargetKind[] = ['eks-workload', 'eks-cluster'];
const tasks: readonly TargetKind[] = ['ecs-task', 'ecs-cluster'];
const databases: readonly TargetKind[] = ['db-instance', 'db-cluster'];

/**
 * What comes first by the resource in the type (`Purpose:Resource/Name`), or by the resource type beside it. `Runtime` says nothing: the
 * same type is about a workload, a task, a container or a bare instance.
 */
const byResource = new Map<string, readonly TargetKind[]>([
  ['runtime', []],
  ['ec2', ['instance']],
  ['instance', ['instance']],
  ['kubernetes', workloads],
  ['ekscluster', workloads],
  ['kubernetescluster', workloads],
  ['ecs', tasks],
  ['ecscluster', tasks],
  ['s3', ['bucket']],
  ['s3bucket', ['bucket']],
  ['s3object', ['object']],
  ['iamuser', credentials],
  // Mail is sent with keys; the account that sends is where they are.
  ['ses', credentials],
  ['iam', credentials],
  ['accesskey', credentials],
  ['rds', databases],
  ['rdsdbinstance', databases],
  ['rdslimitlessdb', databases],
  ['lambda', ['lambda-function']],
]);

/** Types whose name says more than their resource: malware in a copy names no running instance, and `Object:S3` is about a live object. */
const byName: readonly (readonly [RegExp, readonly TargetKind[]])[] = [
  [/!Snapshot$/i, ['snapshot']],
  [/!AMI$/i, ['image']],
  [/!RecoveryPoint$/i, ['recovery-point']],
  [/^Object:S3\//i, ['object']],
  // What was shared: who did it has a playbook of its own.
  [/^Exfiltration:EC2\//i, ['snapshot', 'image']],
  [/CredentialExfiltration/i, credentials],
];

function leading(type: string, resourceType: string | null): readonly TargetKind[] {
  const named = byName.find(([pattern]) => pattern.test(type));
  if (named) return named[1];
  const [, resource = ''] = /^[^:/]*:([^:/]+)\//.exec(type) ?? [];
  return byResource.get(resource.toLowerCase()) ?? byResource.get((resourceType ?? '').toLowerCase()) ?? [];
}

/**
 * The instances whose credentials were stolen: the thief was there, and its finding and theirs are one incident. GuardDuty says so only of credentials that EC2
 * itself handed to an instance (GuardDuty user guide, "InstanceCredentialExfiltration"); of any other session the name says nothing.
 */
function robbed(type: string, targets: readonly Named[]): Named[] {
  if (!/CredentialExfiltration/i.test(type)) return [];
  return targets.flatMap((target) => {
    const id = instanceBehind(target.principal);
    return id ? (targets.find((one) => one.kind === 'instance' && one.id === id) ?? named('instance', id, target)) : [];
  });
}

/** The same targets, with what a finding of this type is about first: an incident claims the first, and playbooks begin with it. */
export function aboutFirst(type: string, resourceType: string | null, targets: readonly Named[]): Named[] {
  const order = [...leading(type, resourceType), ...usual];
  const first = robbed(type, targets);
  const others = targets.filter((one) => !first.includes(one));
  return [...first, ...others.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))];
}

const fuller = (one: Principal, other: Principal): Principal => ({
  kind: one.kind === 'unknown' ? other.kind : one.kind,
  name: one.name ?? other.name,
  id: one.id ?? other.id,
  session: one.session ?? other.session,
});

const joined = (one: Named, other: Named): Named => ({
  ...one,
  region: one.region ?? other.region,
  arn: one.arn ?? other.arn,
  principal:
    one.principal && other.principal ? fuller(one.principal, other.principal) : (one.principal ?? other.principal),
  version: one.version ?? other.version,
  profile: one.profile ?? other.profile,
  user: one.user ?? other.user,
});

/** Each resource once. Where a finding names one twice, what the first naming leaves open is filled in from the second. */
export function eachOnce(targets: readonly Named[]): Named[] {
  const made = new Map<string, Named>();
  for (const target of targets) {
    const { kind, id, account, inside } = target;
    const key = JSON.stringify([kind, id, account, inside]);
    const known = made.get(key);
    made.set(key, known ? joined(known, target) : target);
  }
  return [...made.values()];
}

import { type Named, named, type TargetKind } from '../named.ts';
import { principalFrom } from './principal.ts';
import { accountOf, arnParts } from './value.ts';

type Somewhere = Pick<Named, 'account' | 'region'>;
type NamedParts = Pick<Named, 'kind' | 'id'> & Partial<Pick<Named, 'principal' | 'inside'>>;

const principalParts = (userType: string, userName: string, session: string): NamedParts => {
  const principal = { ...principalFrom({ userType, userName }), session: session || null };
  return { kind: 'principal', id: userName, principal };
};

const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What follows these words is an id of this kind. */
const plain: readonly [service: string, before: string, kind: TargetKind][] = [
  ['ec2', 'instance/', 'instance'],
  ['ec2', 'network-interface/', 'interface'],
  ['ec2', 'volume/', 'volume'],
  ['ec2', 'snapshot/', 'snapshot'],
  ['ec2', 'image/', 'image'],
  ['rds', 'db:', 'db-instance'],
  ['rds', 'cluster:', 'db-cluster'],
  ['eks', 'cluster/', 'eks-cluster'],
  ['ecs', 'cluster/', 'ecs-cluster'],
  ['kms', 'key/', 'key'],
  ['backup', 'backup-vault:', 'backup-vault'],
];

/** What records or finds by itself, as a call names it: of the ARN of a recorder the id at its end is left out. */
const logs: ReadonlyMap<string, RegExp> = new Map([
  ['cloudtrail', /^trail\/[^/]+$/],
  ['guardduty', /^detector\/[^/]+$/],
  ['config', /^configuration-recorder\/[^/]+(?=\/|$)/],
  ['ec2', /^vpc-flow-log\/[^/]+$/],
]);

function identity(service: string, resource: string): NamedParts | null {
  if (service === 'iam' && resource === 'root') return principalParts('Root', 'root', '');
  if (service === 'iam' && resource.startsWith('user/')) return principalParts('IAMUser', last(resource), '');
  if (service === 'iam' && resource.startsWith('role/')) return principalParts('Role', last(resource), '');
  if (service !== 'sts') return null;
  const [kind = '', name = '', session = ''] = resource.split('/');
  if (kind === 'assumed-role' && name) return principalParts('AssumedRole', name, session);
  return kind === 'federated-user' && name ? principalParts('FederatedUser', name, '') : null;
}

function partsOf(service: string, resource: string, arn: string): NamedParts {
  const [, before = '', kind] = plain.find(([owner, word]) => owner === service && resource.startsWith(word)) ?? [];
  const id = resource.slice(before.length);
  if (kind && id) return { kind, id };
  if (service === 's3') return resource.includes('/') ? objectAt(resource) : { kind: 'bucket', id: resource };
  // A qualifier may follow the name: `function:name:$LATEST`.
  const called = service === 'lambda' ? /^function:([^:]+)/.exec(resource)?.[1] : undefined;
  if (called) return { kind: 'lambda-function', id: called };
  const task = service === 'ecs' ? /^task\/(?:([^/]+)\/)?([^/]+)$/.exec(resource) : null;
  if (task?.[2]) return { kind: 'ecs-task', id: task[2], inside: task[1] ?? null };
  const log = logs.get(service)?.exec(resource)?.[0];
  if (log) return { kind: 'log', id: log };
  const image = service === 'ecr' ? /^repository\/(.+)\/(sha256:.+)$/.exec(resource) : null;
  if (image) return { kind: 'image', id: `${image[1]}@${image[2]}` };
  if (service === 'backup' && resource.startsWith('recovery-point:')) return { kind: 'recovery-point', id: arn };
  return identity(service, resource) ?? { kind: 'resource', id: resource };
}

const objectAt = (path: string): NamedParts => ({ kind: 'object', id: path, inside: path.slice(0, path.indexOf('/')) });

/** The resource that an ARN names; null when it is no ARN. What the ARN leaves open (S3 names no account) is where the finding is at home. */
export function byArn(arn: string | null | undefined, where: Somewhere): Named | null {
  const parts = arnParts(arn);
  if (!parts || !arn) return null;
  const { kind, id, ...more } = partsOf(parts.service, parts.resource, arn);
  const at = { account: accountOf(parts.account) ?? where.account, region: parts.region || where.region };
  return named(kind, id, at, { arn, ...more });
}

const accessKey = /^(AKIA|ASIA)[A-Z0-9]{12,124}$/;

/** A resource named by whatever AWS calls it: an ARN, an access key's id, an instance's, an account's; anything else is just a resource. */
export function byName(name: string, where: Somewhere): Named {
  const arn = byArn(name, where);
  if (arn) return arn;
  if (accessKey.test(name)) return named('access-key', name, where);
  if (/^i-[0-9a-f]{8,32}$/.test(name)) return named('instance', name, where);
  return accountOf(name) ? named('account', name, { ...where, account: name }) : named('resource', name, where);
}

/** Each resource once, as it was named first; an ARN that only a later mention has is kept. */
export function distinct(targets: readonly Named[]): Named[] {
  const seen = new Map<string, Named>();
  for (const target of targets) {
    const name = `${target.kind} ${target.id}`;
    const before = seen.get(name);
    seen.set(name, before ? { ...before, arn: before.arn ?? target.arn } : target);
  }
  return [...seen.values()];
}

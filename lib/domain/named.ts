import * as z from 'zod';
import { AccountId } from './resource.ts';

/** Every kind of resource a finding can name. */
export const TargetKind = z.enum([
  'instance',
  'interface',
  'access-key',
  'principal',
  'bucket',
  'object',
  'eks-cluster',
  'eks-workload',
  'ecs-cluster',
  'ecs-task',
  'container',
  'db-instance',
  'db-cluster',
  'lambda-function',
  'volume',
  'snapshot',
  'image',
  'recovery-point',
  'backup-vault',
  'key',
  'log',
  'notebook',
  'public-access-block',
  'account',
  'resource',
]);
export type TargetKind = z.infer<typeof TargetKind>;

/** Who holds a credential. `identity-center`: a person, in a role that IAM Identity Center made (`AWSReservedSSO_…`). */
export const PrincipalKind = z.enum([
  'iam-user',
  'role-session',
  'identity-center',
  'federated-user',
  'root',
  'service',
  'account',
  'unknown',
]);
export type PrincipalKind = z.infer<typeof PrincipalKind>;

export const Principal = z.object({
  kind: PrincipalKind,
  /** Name of the user, or of the role; null where the finding does not say. */
  name: z.string().nullable(),
  /** IAM's unique id, for example AROAEXAMPLE, without the session. */
  id: z.string().nullable(),
  /** Name of the role session or federated session. An instance's own session is named after the instance. */
  session: z.string().nullable(),
});
export type Principal = z.infer<typeof Principal>;

/** A resource as a finding names it: an address, no facts. What the finding does not say is null, never guessed. */
export const Named = z.object({
  kind: TargetKind,
  /** As AWS calls it: an instance id, an access key id, a bucket's name, `namespace/name` of a workload, `bucket/key` of an object. */
  id: z.string().min(1),
  account: AccountId.nullable(),
  region: z.string().nullable(),
  arn: z.string().nullable(),
  /** Who holds the access key. Of access keys and principals only. */
  principal: Principal.nullable(),
  /** What it lies in: the cluster of a task or a workload, the instance of an interface, the cluster of a database instance. */
  inside: z.string().nullable(),
  /** Version of an object. */
  version: z.string().nullable(),
  /** ARN of the profile an instance wore. */
  profile: z.string().nullable(),
  /** Database user of the login. */
  user: z.string().nullable(),
  /** ARN of the definition that a task runs, with its revision, where the finding says. */
  definition: z.string().nullish(),
});
export type Named = z.infer<typeof Named>;

type More = Partial<Pick<Named, 'arn' | 'principal' | 'inside' | 'version' | 'profile' | 'user' | 'definition'>>;
type Somewhere = Pick<Named, 'account' | 'region'>;

/** A resource of this kind in the finding's account and Region. */
export const named = (kind: TargetKind, id: string, { account, region }: Somewhere, more: More = {}): Named => ({
  kind,
  id,
  account,
  region,
  arn: null,
  principal: null,
  inside: null,
  version: null,
  profile: null,
  user: null,
  ...more,
});

/** What stands where a source knows no id: it names nothing, and would make one resource of all that nobody could name. */
const placeholder =
  /^(?:null|none|nil|nan|undefined|unknown|unspecified|empty|n\/?a|not[ _-]?(?:available|applicable|set|specified|found)|GeneratedFinding.*|<[^>]*>|[\p{P}\p{S}\s]+)$/iu;

/** What blacks an id out, as publishers of findings write it: nothing in AWS is called so. A bucket may be called `redacted`, all small. */
const blackened = /^\W*(?:REDACTED|MASKED|ANONYMI[SZ]ED)\W*$|^(?:A[A-Z]{3})?X{4,}$|^0$/;

export const isPlaceholder = (id: string): boolean =>
  placeholder.test(id.trim()) || blackened.test(id.trim()) || id.trim() === '';

/** A trail, a detector, a recorder or a flow log by the end of its ARN, without the id that only a recorder's has. */
export const logId = /^(?:(?:trail|detector|configuration-recorder)\/[^/]+|vpc-flow-log\/fl-[0-9a-f]+)$/;

/** Ids that AWS makes, by kind (EC2 guide, "Resource IDs"; IAM API reference, AccessKey: 16 to 128 characters). */
const made: Partial<Record<TargetKind, RegExp>> = {
  instance: /^i-[0-9a-f]{8,32}$/,
  interface: /^eni-[0-9a-f]{8,32}$/,
  volume: /^vol-[0-9a-f]{8,32}$/,
  snapshot: /^snap-[0-9a-f]{8,32}$/,
  image: /^(?:ami-[0-9a-f]{8,32}$|.*@sha256:)/,
  'access-key': /^A[A-Z0-9]{15,127}$/,
  log: logId,
  'public-access-block': /^\d{12}$/,
};

/** Whether it is told apart from all others of its kind: by an id that AWS made, by a name within its account, or by a credential's holder. */
export function isIdentified({ kind, id, principal }: Named): boolean {
  if (kind === 'account') return false;
  const held = Boolean(principal?.name ?? principal?.id) || principal?.kind === 'root';
  if (kind === 'principal') return held;
  if (kind === 'access-key' && held) return true;
  const parts = [id, ...(kind === 'eks-workload' ? id.split('/') : [])];
  return !parts.some(isPlaceholder) && (made[kind]?.test(id) ?? true);
}

const instanceSession = /^i-[0-9a-f]{8,32}$/;

/** The instance whose role session this is: EC2 names the session after the instance (EC2 guide, "IAM roles for Amazon EC2"). */
export const instanceBehind = (principal: Principal | null): string | null =>
  principal?.kind === 'role-session' && principal.session && instanceSession.test(principal.session)
    ? principal.session
    : null;

/** The ARN that names a credential's holder; null where the finding leaves it open. A user's path is not in findings, so it is left out. */
function principalArn({ kind, name, session }: Principal, partition: string, account: string): string | null {
  const iam = `arn:${partition}:iam::${account}`;
  const sts = `arn:${partition}:sts::${account}`;
  if (kind === 'root') return `${iam}:root`;
  if (!name) return null;
  if (kind === 'iam-user') return `${iam}:user/${name}`;
  if (kind === 'federated-user') return `${sts}:federated-user/${name}`;
  if (kind !== 'role-session' && kind !== 'identity-center') return null;
  return session ? `${sts}:assumed-role/${name}/${session}` : `${iam}:role/${name}`;
}

/** What writes a log, or finds by itself, by the word its path begins with. */
const writers: Readonly<Record<string, string>> = {
  trail: 'cloudtrail',
  detector: 'guardduty',
  'configuration-recorder': 'config',
  'vpc-flow-log': 'ec2',
};

/** Service and path of the ARN of each kind, where the finding gives the parts but no ARN. */
const paths: Partial<Record<TargetKind, (target: Named) => string>> = {
  instance: ({ id }) => `ec2:instance/${id}`,
  interface: ({ id }) => `ec2:network-interface/${id}`,
  volume: ({ id }) => `ec2:volume/${id}`,
  snapshot: ({ id }) => `ec2:snapshot/${id}`,
  image: ({ id }) => `ec2:image/${id}`,
  'access-key': ({ id }) => `iam:access-key/${id}`,
  'eks-cluster': ({ id }) => `eks:cluster/${id}`,
  'eks-workload': ({ id, inside }) => `eks:cluster/${inside ?? '-'}/${id}`,
  'ecs-cluster': ({ id }) => `ecs:cluster/${id}`,
  'ecs-task': ({ id, inside }) => `ecs:task/${inside ?? '-'}/${id}`,
  'db-instance': ({ id }) => `rds:db:${id}`,
  'db-cluster': ({ id }) => `rds:cluster:${id}`,
  'lambda-function': ({ id }) => `lambda:function:${id}`,
  'backup-vault': ({ id }) => `backup:backup-vault:${id}`,
  key: ({ id }) => `kms:key/${id}`,
  notebook: ({ id }) => `sagemaker:notebook-instance/${id}`,
  log: ({ id }) => (logId.test(id) ? `${writers[id.slice(0, id.indexOf('/'))] ?? ''}:${id}` : ''),
};

/**
 * A resource's ARN, built the same way whichever source named it, so that copies of a finding meet. An access key stands for its holder: a
 * user's second key is the same incident.
 */
export function resourceOf(target: Named, partition: string): string {
  const { kind, id, account, region, principal, version } = target;
  const holder = principal && principalArn(principal, partition, account ?? '');
  if (holder) return holder;
  if (kind === 'bucket') return `arn:${partition}:s3:::${id}`;
  if (kind === 'object') return `arn:${partition}:s3:::${id}${version ? `?versionId=${version}` : ''}`;
  if (kind === 'account') return `arn:${partition}:iam::${account ?? ''}:account`;
  // AWS gives it no ARN; no bucket has a slash in its name.
  if (kind === 'public-access-block') return `arn:${partition}:s3::${id}:account/public-access-block`;
  const path = paths[kind]?.(target);
  if (!path) return target.arn ?? `${kind}:${account ?? ''}:${region ?? ''}:${id}`;
  const [service = '', ...rest] = path.split(':');
  const where = service === 'iam' ? '' : (region ?? '');
  return `arn:${partition}:${service}:${where}:${account ?? ''}:${rest.join(':')}`;
}

/**
 * The name by which an incident claims a resource: its ARN; of buckets and objects with the account too, which S3's ARNs leave out, so that what
 * one account says of another's bucket does not hold what its owner says of it. Whoever writes an object chooses its key: encoded, none looks
 * like another key with a version.
 */
export function claimOf(target: Named, partition: string): string {
  const { kind, id, account, version } = target;
  const own = `arn:${partition}:s3::${account ?? ''}:`;
  if (kind === 'bucket') return `${own}${id}`;
  if (kind !== 'object') return resourceOf(target, partition);
  const [bucket = '', ...key] = id.split('/');
  return `${own}${bucket}/${encodeURIComponent(key.join('/').toWellFormed())}${version ? `?versionId=${version}` : ''}`;
}

import { type Named, named, type TargetKind } from '../named.ts';
import { byArn, byName } from './by-arn.ts';
import { type Details, detailsOf } from './hub-details.ts';
import { homeOf } from './place.ts';
import { credentialTargets, principalFrom, unmasked } from './principal.ts';
import { accountOf, arnParts } from './value.ts';

type Somewhere = Pick<Named, 'account' | 'region'>;

/** A resource of a finding in Security Hub, whichever format it came in. */
export interface HubResource {
  /** `AwsEc2Instance`, or `AWS::EC2::Instance` since 2025. */
  readonly type: string | null;
  /** An ARN, a bare id, or `AWS::IAM::AccessKey:AKIA…`. */
  readonly id: string | null;
  /** The ARN, where the id is none. */
  readonly alias: string | null;
  readonly name: string | null;
  readonly account: string | null;
  readonly region: string | null;
  /** Whatever is known of it: an object, one under the name of its type, or either written as JSON text. */
  readonly details?: unknown;
}

/** Types without their vendor and punctuation, so that both spellings are one: `AwsEc2Instance`, `AWS::EC2::Instance`. */
const typed = (type: string | null): string =>
  (type ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^aws/, '');

const kinds = new Map<string, TargetKind>([
  ['ec2instance', 'instance'],
  ['ec2networkinterface', 'interface'],
  ['ec2volume', 'volume'],
  ['ec2snapshot', 'snapshot'],
  ['ec2ebssnapshot', 'snapshot'],
  ['ec2image', 'image'],
  ['ec2ami', 'image'],
  ['ecrcontainerimage', 'image'],
  ['iamaccesskey', 'access-key'],
  ['s3bucket', 'bucket'],
  ['s3object', 'object'],
  ['ekscluster', 'eks-cluster'],
  ['eksworkload', 'eks-workload'],
  ['kubernetesworkload', 'eks-workload'],
  ['ecscluster', 'ecs-cluster'],
  ['ecstask', 'ecs-task'],
  ['container', 'container'],
  ['containercontainer', 'container'],
  ['ecscontainer', 'container'],
  ['rdsdbinstance', 'db-instance'],
  ['rdsdbcluster', 'db-cluster'],
  ['rdsdbshardgroup', 'db-cluster'],
  ['lambdafunction', 'lambda-function'],
  ['backuprecoverypoint', 'recovery-point'],
  ['backupbackupvault', 'backup-vault'],
  ['account', 'account'],
]);

/** `AWS::IAM::AccessKey:AKIA…` without what stands before the id. */
const bare = (id: string | null): string | null => unmasked(id?.replace(/^AWS::[A-Za-z0-9]*::[A-Za-z0-9]+:/, ''));

interface Read extends HubResource {
  readonly known: Details;
  readonly where: Somewhere;
}

/** Everything but the last part of an ARN's resource says what kind it is: `cluster:orders`, `task/orders/1f`. */
const lastOf = (id: string): string => (arnParts(id)?.resource ?? id).split(/[/:]/).at(-1) || id;

const principalAt = ({ id, alias, where }: Read): Named | undefined =>
  [id, alias].flatMap((arn) => byArn(arn, where) ?? []).find(({ principal }) => principal);

function credential(read: Read): Named[] {
  const { id, name, known, where } = read;
  const key = unmasked(known.accessKeyId) ?? (arnParts(id) ? null : bare(id));
  // The resource's name is the user's; where it repeats the id it is the key's.
  const names = [known.principalName, known.userName, known.sessionContext?.sessionIssuer?.userName, name];
  const userName = names.find((one) => unmasked(one) && one !== bare(id));
  const userType = known.principalType ?? known.userType;
  const principal = principalFrom({ userName, userType, principalId: known.principalId });
  const told = principal.name || principal.id ? null : principalAt(read)?.principal;
  return credentialTargets(key, told ?? principal, where);
}

function user(read: Read, userType: string): Named[] {
  const told = principalAt(read);
  if (told) return [told];
  const { id, name, known, where } = read;
  const principalId = known.userId ?? known.roleId;
  return credentialTargets(null, principalFrom({ userType, userName: unmasked(name) ?? bare(id), principalId }), where);
}

function account({ id, alias, where }: Read): Named[] {
  const own =
    accountOf(bare(id)) ?? accountOf(arnParts(id)?.account) ?? accountOf(arnParts(alias)?.account) ?? where.account;
  return own ? [named('account', own, { ...where, account: own })] : [];
}

function instance(target: Named, { iamInstanceProfileArn, iamInstanceProfile, networkInterfaces }: Details): Named[] {
  const interfaces = networkInterfaces.flatMap(({ networkInterfaceId: id }) => {
    const usable = unmasked(id);
    return usable ? [named('interface', usable, target, { inside: target.id })] : [];
  });
  const profile = [iamInstanceProfileArn, iamInstanceProfile?.arn].find((arn) => arnParts(arn)) ?? null;
  return [{ ...target, profile }, ...interfaces];
}

/** Kinds whose ids may hold slashes or colons: keys of objects, repositories of images, containers with their runtime. */
const whole = new Set<TargetKind>(['object', 'container', 'image']);

/** The resource by its ARN where that says the same kind, else by its bare id. */
function plain(kind: TargetKind, { id, alias, where }: Read): Named | null {
  const arn = [id, alias].find((one) => arnParts(one)) ?? null;
  const told = byArn(arn, where);
  if (told?.kind === kind) return unmasked(told.id) ? told : null;
  if (kind === 'recovery-point' && arn) return named(kind, arn, told ?? where, { arn });
  const own = bare(id);
  if (!own) return null;
  const last = whole.has(kind) ? own.replace(/^arn:[^/]*:repository\//, '') : lastOf(own);
  // An ARN of a container would make another resource of it than the finding's own source does, which gives none.
  return named(kind, last, told ?? where, { arn: kind === 'container' ? null : arn });
}

function complete(target: Named, known: Details): Named[] {
  const cluster = known.clusterName ?? (known.clusterArn && lastOf(known.clusterArn));
  switch (target.kind) {
    case 'instance':
      return instance(target, known);
    case 'object':
      return [{ ...target, version: known.versionId }];
    case 'db-instance':
      return [{ ...target, inside: known.dbClusterIdentifier ?? known.dBClusterIdentifier }];
    case 'ecs-task':
      return [{ ...target, inside: target.inside ?? cluster }];
    case 'eks-workload':
      return [{ ...target, id: known.namespace ? `${known.namespace}/${target.id}` : target.id, inside: cluster }];
    default:
      return [target];
  }
}

/** The kind a type stands for; null where we have none for it. */
export const kindOf = ({ type }: HubResource): TargetKind | null => kinds.get(typed(type)) ?? null;

/** What a resource comes to: itself, and what it says of others, such as an instance's network interfaces. Nothing where its id is hidden. */
export function targetsOf(resource: HubResource, home: Somewhere): Named[] {
  const type = typed(resource.type);
  const kind = kindOf(resource);
  const own = homeOf(resource.account, resource.region);
  const where = { account: own.account ?? home.account, region: own.region ?? home.region };
  const read: Read = { ...resource, where, known: detailsOf(resource.details) };
  if (kind === 'access-key') return credential(read);
  if (type === 'iamuser') return user(read, 'IAMUser');
  if (type === 'iamrole') return user(read, 'Role');
  if (kind === 'account') return account(read);
  const target = kind && plain(kind, read);
  if (kind) return target ? complete(target, read.known) : [];
  const id = bare(resource.id) ?? unmasked(resource.alias);
  const other = id && (byArn(unmasked(resource.alias), where) ?? byName(id, where));
  return other ? [other] : [];
}

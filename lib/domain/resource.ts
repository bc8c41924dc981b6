import * as z from 'zod';

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,32}$`), `should look like ${prefix}-0abc…`);

export const AccountId = z.string().regex(/^\d{12}$/, 'should be a 12-digit AWS account id');
export const InstanceId = id('i');
export const InterfaceId = id('eni');
export const GroupId = id('sg');
export const VolumeId = id('vol');

/** Where a resource lives. Nothing below ever assumes the partition or the Region: GovCloud and China have their own. */
export const Place = z.object({
  partition: z.string(),
  account: AccountId,
  region: z.string(),
});
export type Place = z.infer<typeof Place>;

/** An elastic network interface as it was seen. `publicAddress.allocation` is null for an auto-assigned address. */
export const Interface = z.object({
  id: InterfaceId,
  vpc: z.string(),
  subnet: z.string(),
  groups: z.array(GroupId),
  publicAddress: z
    .object({
      ip: z.string(),
      privateIp: z.string(),
      association: z.string().nullable(),
      allocation: z.string().nullable(),
    })
    .nullable(),
});
export type Interface = z.infer<typeof Interface>;

/** The security groups Tourniquet keeps in a VPC: `closed` has no rule at all, `open` allows everything (two-phase swap). */
export const QuarantineGroups = z.object({ vpc: z.string(), closed: GroupId, open: GroupId });
export type QuarantineGroups = z.infer<typeof QuarantineGroups>;

/** The tag that marks our quarantine groups; its value is `closed` or `open`. */
export const quarantineTag = 'tourniquet-quarantine';

interface TaggedGroup {
  readonly GroupId?: string | undefined;
  readonly VpcId?: string | undefined;
  readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

/** The complete pairs of quarantine groups among security groups as EC2 lists them. */
export function quarantineGroupsAmong(groups: readonly TaggedGroup[]): QuarantineGroups[] {
  const kindOf = (group: TaggedGroup) => group.Tags?.find(({ Key }) => Key === quarantineTag)?.Value;
  const byVpc = Map.groupBy(groups, ({ VpcId }) => VpcId ?? '');
  return [...byVpc].flatMap(([vpc, members]) => {
    const closed = members.find((group) => kindOf(group) === 'closed')?.GroupId;
    const open = members.find((group) => kindOf(group) === 'open')?.GroupId;
    return closed && open ? [{ vpc, closed, open }] : [];
  });
}

/** Milliseconds for which facts stand for a fresh look; older ones are read again before anything is remembered. */
const freshFor = 60_000;

export const isFresh = ({ seenAt }: { readonly seenAt: string }, now: string): boolean =>
  Date.parse(now) - Date.parse(seenAt) <= freshFor;

/** An IAM role; `policies` are the names of its inline policies, where they were read. */
export const Role = z.object({
  name: z.string(),
  id: z.string(),
  arn: z.string(),
  policies: z.array(z.string()).optional(),
});
export type Role = z.infer<typeof Role>;

/** A compromised instance with the fast facts every step needs. Read once, at the door, by open-incident. */
export const Instance = Place.extend({
  kind: z.literal('instance'),
  id: InstanceId,
  /** When these facts were read (ISO 8601, UTC). Facts older than a minute are read again. */
  seenAt: z.iso.datetime(),
  interfaces: z.array(Interface),
  volumes: z.array(z.object({ id: VolumeId, device: z.string(), deleteOnTermination: z.boolean() })),
  tags: z.record(z.string(), z.string()),
  profile: z.object({ arn: z.string(), association: z.string().nullable() }).nullable(),
  role: Role.nullable(),
  autoScalingGroup: z.string().nullable(),
  quarantineGroups: z.array(QuarantineGroups),
});
export type Instance = z.infer<typeof Instance>;

/** `arn:partition:service:region:account:path`; IAM has no Region in its ARNs. */
export function arn(place: Place, service: string, path: string): string {
  const region = service === 'iam' ? '' : place.region;
  return `arn:${place.partition}:${service}:${region}:${place.account}:${path}`;
}

export const instanceArn = (instance: Instance): string => arn(instance, 'ec2', `instance/${instance.id}`);
export const interfaceArns = (instance: Instance): string[] =>
  instance.interfaces.map(({ id }) => arn(instance, 'ec2', `network-interface/${id}`));
export const volumeArns = (instance: Instance): string[] =>
  instance.volumes.map(({ id }) => arn(instance, 'ec2', `volume/${id}`));
/** The role by the ARN that IAM gave: it may have a path. */
export const roleArns = ({ role }: Instance): string[] => (role ? [role.arn] : []);

/** All resources of a kind in the target's account and Region, where AWS gives new ones a name only afterwards. */
export const every = (place: Place, service: string, path: string): string[] => [arn(place, service, `${path}/*`)];

/** Any instance in any Region of one account. */
export function anyInstance(place: Omit<Place, 'region'>): Instance {
  return {
    ...place,
    region: '*',
    kind: 'instance',
    id: '*',
    seenAt: '',
    interfaces: [{ id: '*', vpc: '*', subnet: '*', groups: ['*'], publicAddress: null }],
    volumes: [{ id: '*', device: '*', deleteOnTermination: true }],
    tags: {},
    profile: { arn: `arn:${place.partition}:iam::${place.account}:instance-profile/*`, association: null },
    role: { name: '*', id: '*', arn: arn({ ...place, region: '' }, 'iam', 'role/*') },
    autoScalingGroup: '*',
    quarantineGroups: [],
  };
}

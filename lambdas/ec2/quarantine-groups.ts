import * as z from 'zod';
import { quarantineTag } from '../../lib/domain/marks.ts';
import { quarantineGroupName } from '../../lib/domain/quarantine-group.ts';

export const GroupId = z.string().regex(/^sg-[0-9a-f]{8,32}$/, 'should look like sg-0abc…');

/** The security groups Tourniquet keeps in a VPC: `closed` has no rule at all, `open` allows everything (two-phase swap). */
export const QuarantineGroups = z.object({ vpc: z.string(), closed: GroupId, open: GroupId });
export type QuarantineGroups = z.infer<typeof QuarantineGroups>;

type Kind = 'closed' | 'open';

interface Group {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly VpcId?: string | undefined;
  readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

/** A filter for them. A name is unique in its VPC and never changes; a tag is put on and taken off by whoever may tag (EC2 API reference, CreateSecurityGroup). */
export const byOurNames = { Name: 'group-name', Values: [quarantineGroupName('closed'), quarantineGroupName('open')] };

/** Whether a group has our tag too: only then its rules are ours to change. */
export const isMarked = ({ Tags = [] }: Group, kind: Kind): boolean =>
  Tags.some(({ Key, Value }) => Key === quarantineTag && Value === kind);

/** The complete pairs of quarantine groups among security groups as EC2 lists them, by their names. */
export function quarantineGroupsAmong(groups: readonly Group[]): QuarantineGroups[] {
  const byVpc = Map.groupBy(groups, ({ VpcId }) => VpcId ?? '');
  return [...byVpc].flatMap(([vpc, members]) => {
    const named = (kind: Kind) => members.find(({ GroupName }) => GroupName === quarantineGroupName(kind))?.GroupId;
    const [closed, open] = [named('closed'), named('open')];
    return closed && open ? [{ vpc, closed, open }] : [];
  });
}

import * as z from 'zod';
import { quarantineTag } from '../../lib/domain/marks.ts';

export const GroupId = z.string().regex(/^sg-[0-9a-f]{8,32}$/, 'should look like sg-0abc…');

/** The security groups Tourniquet keeps in a VPC: `closed` has no rule at all, `open` allows everything (two-phase swap). */
export const QuarantineGroups = z.object({ vpc: z.string(), closed: GroupId, open: GroupId });
export type QuarantineGroups = z.infer<typeof QuarantineGroups>;

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

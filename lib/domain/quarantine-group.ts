/** Name of a security group Tourniquet keeps in a VPC: `closed` has no rule at all, `open` allows everything for a moment. */
export const quarantineGroupName = (kind: 'closed' | 'open'): string => `tourniquet-quarantine-${kind}`;

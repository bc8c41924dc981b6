import { deniedUser } from './canaries/deny-user.ts';
import { openGroup } from './canaries/open-group.ts';
import { snapshotLock } from './canaries/snapshot-lock.ts';
import type { Canary } from './canary.ts';

/** What `--canary` makes, uses and removes. */
export const canaries: readonly Canary[] = [openGroup, snapshotLock, deniedUser];

import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import type { Verdict } from '../../../lib/domain/outcome.ts';
import type { Key } from '../key/target.ts';
import type { KeyUse } from './step.ts';

/** A primary key waits for its replicas first (KMS developer guide, "Deleting multi-Region keys"). */
const leaving = ['PendingDeletion', 'PendingReplicaDeletion'];

export type KeyCall = 'cancel' | 'enable';

/** What it takes; KMS leaves a key whose deletion was cancelled disabled (KMS API reference, CancelKeyDeletion). */
export function callsFrom({ state }: KeyUse): KeyCall[] {
  if (leaving.includes(state)) return ['cancel', 'enable'];
  return state === 'Disabled' ? ['enable'] : [];
}

export function planKeep(_target: Key, before: KeyUse): LeverPlan<KeyUse> {
  if (before.state === 'Enabled') return { nothing: 'it is enabled, and no deletion is scheduled' };
  if (callsFrom(before).length === 0)
    return { refused: `it is ${before.state}, which neither enabling it nor cancelling a deletion changes` };
  return { ours: { state: 'Enabled', deletedFrom: null } };
}

/** Whether it can be used. */
export const judge = ({ state }: KeyUse): Verdict =>
  state === 'Enabled'
    ? { outcome: 'verified', seen: ['the key is enabled'] }
    : { outcome: 'not-verified', because: `the key is ${state}` };

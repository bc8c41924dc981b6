import type { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { AnyLever } from '../../lib/domain/step.ts';
import { subjectOf } from '../targets/target.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';
import { type Key, keys } from './table.ts';

/** The state before the first change, and the state we set. */
export interface StoredBeforeState<Before> {
  readonly before: Before;
  readonly ours: Before;
  readonly takenAt: string;
  readonly releasedAt: string | null;
  /** The run that has begun the release, so that its replay recognises its own changes. */
  readonly releaseBegun?: string;
}

const beforeKey = (call: Call, step: string): Key => keys.before(call.run.incident, step, subjectOf(call));

/**
 * Writes the before-state once: the first writer wins, and nothing of ours ever overwrites it. Returns the stored state, and whether
 * this call wrote it; when it did not, an earlier attempt got here first.
 */
export async function storeBeforeState<Before>(
  work: Work,
  call: Call,
  lever: AnyLever,
  states: { before: Before; ours: Before },
): Promise<{ stored: StoredBeforeState<Before>; first: boolean }> {
  const fresh = { ...states, takenAt: work.now(), releasedAt: null };
  const { name: step, title, phase, effect, undo } = lever;
  const item = {
    ...beforeKey(call, step),
    step,
    title,
    phase,
    effect,
    undo,
    target: call.target,
    ...fresh,
    hash: hashOf(states.before),
  };
  const standing = await work.table.putNew(item);
  return standing ? { stored: checked<Before>(standing), first: false } : { stored: fresh, first: true };
}

/** The before-state of a lever in an incident, or null when it has none. */
export async function loadBeforeState<Before>(
  work: Work,
  call: Call,
  step: string,
): Promise<StoredBeforeState<Before> | null> {
  const item = await work.table.get(beforeKey(call, step));
  return item ? checked<Before>(item) : null;
}

/** Records that a run begins the release, before it changes anything. */
export async function beginRelease(work: Work, call: Call, step: string): Promise<void> {
  await work.table.update(beforeKey(call, step), {
    UpdateExpression: 'SET releaseBegun = :run',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':run': call.run.id },
  });
}

/** Records that a lever was released. The before-state itself stays as written. */
export async function markReleased(work: Work, call: Call, step: string): Promise<void> {
  await work.table.update(beforeKey(call, step), {
    UpdateExpression: 'SET releasedAt = :now',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': work.now() },
  });
}

function checked<Before>(item: Record<string, unknown>): StoredBeforeState<Before> {
  if (hashOf(item.before) === item.hash) return item as unknown as StoredBeforeState<Before>;
  throw new Broken(
    `The before-state of ${item.step} does not match its hash; do not release before a person has checked it.`,
  );
}

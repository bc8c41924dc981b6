import type { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { AnyLever } from '../../lib/domain/step.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';
import { keys } from './table.ts';

/** What stood before the first change, and what we made of it. */
export interface Remembered<Before> {
  readonly before: Before;
  readonly ours: Before;
  readonly takenAt: string;
  readonly releasedAt: string | null;
  /** The run that has begun to let go, so that its replay knows its own traces. */
  readonly releaseBegun?: string;
}

/**
 * Writes the before-state once: the first writer wins, and nothing of ours ever overwrites it. Returns what stands there, and whether
 * this call wrote it; when it did not, an earlier attempt got here first.
 */
export async function remember<Before>(
  work: Work,
  { run: { incident }, target }: Call,
  lever: AnyLever,
  picture: { before: Before; ours: Before },
): Promise<{ stored: Remembered<Before>; first: boolean }> {
  const fresh = { ...picture, takenAt: work.now(), releasedAt: null };
  const { name: step, title, phase, effect, undo } = lever;
  const item = {
    ...keys.before(incident, step),
    step,
    title,
    phase,
    effect,
    undo,
    target,
    ...fresh,
    hash: hashOf(picture.before),
  };
  const standing = await work.table.putNew(item);
  return standing ? { stored: checked<Before>(standing), first: false } : { stored: fresh, first: true };
}

/** The before-state of a lever in an incident, or null when it never took one. */
export async function recall<Before>(work: Work, incident: string, step: string): Promise<Remembered<Before> | null> {
  const item = await work.table.get(keys.before(incident, step));
  return item ? checked<Before>(item) : null;
}

/** Notes that a run begins to let go, before it changes anything. */
export async function beginRelease(work: Work, incident: string, step: string, run: string): Promise<void> {
  await work.table.update(keys.before(incident, step), {
    UpdateExpression: 'SET releaseBegun = :run',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':run': run },
  });
}

/** Notes that a lever let go. The before-state itself stays as written. */
export async function markReleased(work: Work, incident: string, step: string): Promise<void> {
  await work.table.update(keys.before(incident, step), {
    UpdateExpression: 'SET releasedAt = :now',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': work.now() },
  });
}

function checked<Before>(item: Record<string, unknown>): Remembered<Before> {
  if (hashOf(item.before) === item.hash) return item as unknown as Remembered<Before>;
  throw new Broken(
    `The before-state of ${item.step} does not match its hash; do not release before a person has looked.`,
  );
}

import type * as z from 'zod';
import { differences } from '../../lib/domain/before-state.ts';
import type { Call } from '../../lib/domain/call.ts';
import { Broken } from '../../lib/domain/errors.ts';
import type { AnyLever } from '../../lib/domain/step.ts';
import { type BeforeState, beforeStateItem, Facts } from '../../lib/items/before-state.ts';
import type { Item, Key } from '../../lib/items/item.ts';
import { subjectOf } from '../targets/target.ts';
import { hashOf } from './ledger.ts';
import type { Work } from './pipeline.ts';
import { Conflict } from './table.ts';

/** The state before the first change, and the state we set. */
export interface StoredBeforeState<Before> {
  readonly before: Before;
  readonly ours: Before;
  readonly takenAt: string;
  readonly releasedAt: string | null;
  /** The run that has begun the release, so that its replay recognises its own changes. */
  readonly releaseBegun?: string | undefined;
}

/** A lever, as far as it knows its own before-states. */
type Remembering<Before> = AnyLever & { readonly beforeState: z.ZodType<Before> };

const beforeKey = (call: Call, step: string): Key => beforeStateItem.key(call.run.incident, step, subjectOf(call));

/**
 * Writes the before-state once: the first writer wins, and nothing of ours ever overwrites it. Returns the stored state, and whether
 * this call wrote it; when it did not, an earlier attempt got here first.
 */
export async function storeBeforeState<Before>(
  work: Work,
  call: Call,
  lever: Remembering<Before>,
  states: { before: Before; ours: Before },
): Promise<{ stored: StoredBeforeState<Before>; first: boolean }> {
  const fresh = { ...states, takenAt: work.now(), releasedAt: null };
  const { name: step, title, phase, effect, undo } = lever;
  const of = subjectOf(call);
  const target = Facts.parse(call.target);
  const told = { step, title, phase, effect, undo, of, target };
  const item = beforeStateItem.item({ ...told, ...fresh, hash: hashOf(states.before) }, call.run.incident, step, of);
  const standing = await work.table.putNew(item);
  if (!standing) return { stored: fresh, first: true };
  const earlier = beforeStateItem.read(standing);
  if (earlier.releasedAt === null) return { stored: checked(earlier, lever), first: false };
  return (await retake(work, item, earlier))
    ? { stored: fresh, first: true }
    : { stored: checked(await standingOne(work, call, lever), lever), first: false };
}

/**
 * A lever that was released in this incident, and is applied once more: what stands there now is the state to go back to. The earlier one
 * is kept beside it, and the release knows both. False where another call was first.
 */
async function retake(work: Work, item: Item & Key, { releasedAt, ...earlier }: BeforeState): Promise<boolean> {
  const kept = { ...item, ...earlier, releasedAt, sk: `${item.sk}#${earlier.takenAt}` };
  try {
    await work.table.transact((TableName) => [
      {
        Put: {
          TableName,
          Item: item,
          ConditionExpression: 'releasedAt = :released',
          ExpressionAttributeValues: { ':released': releasedAt },
        },
      },
      { Put: { TableName, Item: kept } },
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}

async function standingOne({ table }: Work, call: Call, { name }: AnyLever): Promise<BeforeState> {
  const found = await beforeStateItem.find(table, call.run.incident, name, subjectOf(call));
  if (!found) throw new Broken(`The before-state of ${name} has gone from the record.`);
  return found;
}

/**
 * The before-state of a lever in an incident, or null when it has none. Throws Broken where it is not what was written, or not what
 * today's lever can put back.
 */
export async function loadBeforeState<Before>(
  work: Work,
  call: Call,
  lever: Remembering<Before>,
): Promise<StoredBeforeState<Before> | null> {
  const stored = await beforeStateItem.find(work.table, call.run.incident, lever.name, subjectOf(call));
  return stored && checked(stored, lever);
}

/** Whether another lever still holds the same target in this incident. */
export async function isHeld({ table }: Work, call: Call, step: string): Promise<boolean> {
  const stored = await beforeStateItem.find(table, call.run.incident, step, subjectOf(call));
  return stored?.releasedAt === null;
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

function checked<Before>(stored: BeforeState, lever: Remembering<Before>): StoredBeforeState<Before> {
  const { takenAt, releasedAt, releaseBegun } = stored;
  if (hashOf(stored.before) !== stored.hash)
    throw new Broken(
      `The before-state of ${stored.step} does not match its hash; do not release before a person has checked it.`,
    );
  const [before, ours] = [known(stored.before, lever), known(stored.ours, lever)];
  return { before, ours, takenAt, releasedAt, releaseBegun };
}

/** A state as the lever knows it. What it would drop or read otherwise, a release would put back only in part. */
function known<Before>(state: unknown, { name, beforeState }: Remembering<Before>): Before {
  const parsed = beforeState.safeParse(state);
  const because = parsed.success
    ? differences(state, parsed.data).find(({ expected }) => expected !== undefined)?.path
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`).join('; ');
  if (parsed.success && because === undefined) return parsed.data;
  throw new Broken(
    `${name} of this version cannot read the before-state that was recorded (${because}). Nothing was changed: a person has to put it back by hand, as the incident's record shows it.`,
  );
}

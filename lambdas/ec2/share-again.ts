import { type Change, changeOf } from '../../lib/domain/outcome.ts';
import { all } from '../runtime/all.ts';
import { between, type Shares } from './shares.ts';

/**
 * Makes one list of the other. A call adds or removes, never both (EC2 API reference, ModifySnapshotAttribute). Who is taken off goes in one call,
 * so that all of them lose it at once; who is put back comes one by one: an account that was closed meanwhile keeps none of the others out.
 */
export async function shareAgain(
  { from, to }: { readonly from: Shares; readonly to: Shares },
  modify: (how: 'Add' | 'Remove', names: readonly string[]) => Promise<unknown>,
): Promise<Change> {
  const { add, remove } = between(from, to);
  const words = `no longer shared with ${remove.join(', ')}`;
  const removed = await all(remove.length > 0 ? [[words, () => modify('Remove', remove)]] : []);
  const added = await all(add.map((name) => [`shared with ${name}`, () => modify('Add', [name])] as const));
  return changeOf([...removed.done, ...added.done], [...removed.failed, ...added.failed]);
}

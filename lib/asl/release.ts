import type { Ask } from './notation.ts';
import { answer, planOf } from './question.ts';
import {
  caught,
  ceilings,
  closeOut,
  from,
  join,
  opened,
  type Part,
  type Payload,
  type States,
  startOf,
  task,
} from './state.ts';

const uncompared = 'It could not be compared';
const unreleased = 'It is not released: see the ledger';

/** Shows how each lever's resource stands now, asks, and lets go of one after the other, as open-release orders them. */
export function release(ask: Ask): Part {
  const lever = from('$states.input');
  // Which levers are held is known only at run time, so each item names its function.
  const call = (name: string, payload: Payload, failed: string) => {
    const { Next, ...state } = task(from(name), ceilings.release, { ...opened, ...payload }, failed);
    return { ...state, End: true };
  };
  const each = (title: string, items: string, MaxConcurrency: number, States: States, more: object = {}): Part => {
    const ItemProcessor = { ProcessorConfig: { Mode: 'INLINE' }, StartAt: startOf(States, ''), States };
    const state = { Type: 'Map', Items: from(items), MaxConcurrency, ItemProcessor, Catch: caught(closeOut) } as const;
    return (Next) => ({ [title]: { ...state, ...more, Next } });
  };
  const compare = {
    ...call('$states.input.function', { operation: 'compare', target: from('$states.input.target') }, uncompared),
    Output: { outcome: 'compared', lever, comparison: from('$states.result.Payload') },
    Catch: caught(uncompared, { Output: { outcome: 'not-compared', lever, error: from('$states.errorOutput') } }),
  };
  const compared = { Condition: from("$states.input.outcome = 'compared'"), Next: 'Release one lever' };
  const agreed = from('$states.input.comparison.now');
  const comparing: States = { 'Compare one lever': compare, [uncompared]: { Type: 'Pass', End: true } };
  const releasing: States = {
    'Could it be compared?': { Type: 'Choice', Choices: [compared], Default: unreleased },
    'Release one lever': call(
      '$states.input.lever.function',
      { operation: 'release', target: from('$states.input.lever.target'), agreed, ...planOf(ask) },
      unreleased,
    ),
    [unreleased]: { Type: 'Pass', End: true },
  };
  const keep = { Assign: { comparisons: from('$states.result') } };
  return (next) => ({
    ...join([
      each('Compare with the before-state', '$opened.levers', 4, comparing, keep),
      answer(ask, { blast: null, comparisons: from('$comparisons') }, 'Release'),
    ])(next),
    ...each('Release', '$comparisons', 1, releasing)(next),
  });
}

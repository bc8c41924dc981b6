import type { OperationName } from '../domain/step.ts';
import type { Ask } from './notation.ts';
import { answer, planOf } from './question.ts';
import {
  call,
  caught,
  ceilings,
  closeOut,
  failed,
  from,
  join,
  opened,
  type Part,
  type Payload,
  type States,
  startOf,
} from './state.ts';

const uncompared = 'It could not be compared';
const unreleased = 'It is not released: see the ledger';
/** What a failure of the map itself is on record as. */
const whole = { step: 'release', operation: 'release', phase: 'contain' } as const;

/** Shows how each lever's resource stands now, asks, and lets go of one after the other, as open-release orders them. */
export function release(ask: Ask): Part {
  const lever = from('$states.input');
  // Which levers are held is known only at run time, so each item names its function.
  const calling = (path: string, operation: OperationName, more: Payload) => {
    const target = from(`${path}.target`);
    const payload = { ...opened, operation, target, ...more };
    const deed = { step: from(`${path}.name`), operation, phase: from(`${path}.phase`), target };
    return { state: call(from(`${path}.function`), ceilings.release, payload), deed };
  };
  const each = (title: string, items: string, MaxConcurrency: number, States: States, more: object = {}): Part => {
    const ItemProcessor = { ProcessorConfig: { Mode: 'INLINE' }, StartAt: startOf(States, ''), States };
    const state = {
      Type: 'Map',
      Items: from(items),
      MaxConcurrency,
      ItemProcessor,
      Catch: failed(closeOut, whole),
    } as const;
    return (Next) => ({ [title]: { ...state, ...more, Next } });
  };
  const looking = calling('$states.input', 'compare', {});
  const lost = { ...looking.deed, outcome: 'not-compared', error: from('$states.errorOutput') };
  const compare = {
    ...looking.state,
    Output: { outcome: 'compared', lever, comparison: from('$states.result.Payload') },
    Catch: caught(uncompared, { Output: lost }),
    End: true,
  };
  const compared = { Condition: from("$states.input.outcome = 'compared'"), Next: 'Release one lever' };
  const agreed = from('$states.input.comparison.now');
  const comparing: States = { 'Compare one lever': compare, [uncompared]: { Type: 'Pass', End: true } };
  const releasingOne = calling('$states.input.lever', 'release', { agreed, ...planOf(ask) });
  const releasing: States = {
    'Could it be compared?': { Type: 'Choice', Choices: [compared], Default: unreleased },
    'Release one lever': {
      ...releasingOne.state,
      Output: from('$states.result.Payload'),
      Catch: failed(unreleased, releasingOne.deed),
      End: true,
    },
    [unreleased]: { Type: 'Pass', End: true },
  };
  const keep = { Assign: { comparisons: from('$states.result') } };
  return (next) => ({
    ...join([
      each('Compare with the before-state', '$opened.levers', 4, comparing, keep),
      answer(ask, { blast: null, comparisons: from('$comparisons') }, 'Release'),
    ])(next),
    // What could not be asked or compared failed before.
    ...each('Release', '$comparisons', 1, releasing, { Output: from('[$states.input, $states.result]') })(next),
  });
}

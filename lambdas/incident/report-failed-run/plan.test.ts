import { expect, it } from 'vitest';
import { lastState } from './plan.ts';

const entered = (id: number, previousEventId: number, name: string) => ({
  id,
  previousEventId,
  stateEnteredEventDetails: { name },
});

it('goes back from the failure to the state of its own branch, not to the one entered last', () => {
  const history = [
    { id: 9, previousEventId: 8 },
    { id: 8, previousEventId: 4 },
    entered(7, 5, 'Lock the snapshots'),
    { id: 5, previousEventId: 3 },
    entered(4, 3, 'Cut the network'),
    entered(3, 1, 'Preserve and contain'),
  ];
  expect(lastState(history)).toBe('Cut the network');
});

it('takes the state entered last where the end follows from nothing', () => {
  const stopped = { id: 6, previousEventId: 0 };
  expect(lastState([stopped, entered(5, 4, 'Wait for an answer'), entered(2, 1, 'Open the incident')])).toBe(
    'Wait for an answer',
  );
});

it('knows no state where none was entered', () => {
  expect(lastState([{ id: 1, previousEventId: 0 }])).toBeNull();
  expect(lastState([])).toBeNull();
});

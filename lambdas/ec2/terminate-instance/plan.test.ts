import { describe, expect, it } from 'vitest';
import { removalFrom, type Seen, whyNot } from './plan.ts';

const copy = { id: 'snap-1', state: 'completed' };
const volume = (more: Partial<Seen['volumes'][number]> = {}) => ({ id: 'vol-1', fate: 'goes' as const, copy, ...more });
const seen = (...volumes: Seen['volumes']): Seen => ({ state: 'stopped', volumes });
const shown = { volumes: ['vol-1'] };

describe('it is terminated', () => {
  it.each<[string, Seen['volumes'][number]]>([
    ['a completed snapshot has what goes with it', volume()],
    ['what stays has a snapshot that is on its way', volume({ fate: 'stays', copy: { ...copy, state: 'pending' } })],
  ])('where %s', (_, one) => {
    expect(whyNot(seen(one), shown)).toBeNull();
    expect(removalFrom('i-1', seen(one), shown, 'terminated')).toMatchObject({
      outcome: 'removed',
      removed: ['instance i-1'],
    });
  });

  it('where it has no volume', () => expect(whyNot(seen(), shown)).toBeNull());
});

describe('it stays, and it is said why', () => {
  it.each<[string, Seen, RegExp]>([
    [
      'nothing has what stays',
      seen(volume({ fate: 'stays', copy: null })),
      /no snapshot of this incident has vol-1; terminate it by hand/,
    ],
    [
      'the copy has failed',
      seen(volume({ copy: { ...copy, state: 'error' } })),
      /no snapshot of this incident has vol-1/,
    ],
    [
      'the copy of what goes is not completed',
      seen(volume({ copy: { ...copy, state: 'pending' } })),
      /are not completed yet/,
    ],
    ['a volume came after the question', seen(volume(), volume({ id: 'vol-2' })), /vol-2 came after the question/],
    ['it is gone', { ...seen(), state: 'terminated' }, /it is terminated already/],
  ])('where %s', (_, one, words) => {
    const removal = removalFrom('i-1', one, shown, 'terminated');
    expect(removal).toMatchObject({ outcome: 'nothing-left', removed: [], left: [expect.stringMatching(words)] });
  });

  it('where AWS refuses', () => {
    expect(removalFrom('i-1', seen(volume()), shown, { error: 'no' })).toMatchObject({
      outcome: 'partly-removed',
      failed: [{ what: 'instance i-1', error: 'no' }],
    });
  });
});

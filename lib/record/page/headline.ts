import type { Incident } from '../incident.ts';
import type { Mood } from './markup.ts';

/** How an incident stands, in words; an open one whose run has ended is one that could not be contained whole. */
export interface Headline {
  readonly mood: Mood;
  readonly words: string;
}

const known: Readonly<Partial<Record<string, Headline>>> = {
  contained: { mood: 'good', words: 'Contained and verified' },
  held: { mood: 'wait', words: 'Nothing was contained' },
  released: { mood: 'good', words: 'Released: everything is back as it was' },
  closed: { mood: 'plain', words: 'Closed' },
};

/** The headline of an incident. A question that still waits comes before all else. */
export function headlineOf({ state, approvals, timeline, levers }: Incident): Headline {
  if (approvals.some((approval) => approval.state === 'PENDING'))
    return { mood: 'wait', words: 'Waiting for a decision' };
  if (state !== 'open') return known[state] ?? { mood: 'plain', words: `State: ${state}` };
  const someReleased = levers.some(({ releasedAt }) => releasedAt !== null);
  if (someReleased) return { mood: 'bad', words: 'Only partly released' };
  const ended = timeline.some(({ kind }) => kind === 'closed');
  return ended ? { mood: 'bad', words: 'Not fully contained' } : { mood: 'wait', words: 'Response in progress' };
}

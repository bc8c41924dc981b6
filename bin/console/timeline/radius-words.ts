import type { RadiusData } from '../../../lib/timeline/graph/data.ts';
import { type Reach, reaches } from '../../../lib/timeline/graph/edge.ts';
import { howWords, placeWords, reachBecause, reachWords } from '../../../lib/timeline/graph/words.ts';
import { sourceWords } from '../../../lib/timeline/output/sources.ts';
import { columns, dim, harmless, heading } from '../paint.ts';

/** More of one kind than these are in the JSON. */
const most = 50;

const count = (data: RadiusData, reach: Reach): number => data.places.filter((one) => one.reach === reach).length;
const more = (all: readonly unknown[]): string[] =>
  all.length > most ? [dim(`… ${all.length - most} more, with --json`)] : [];

async function placesOf({ places }: RadiusData, reach: Reach): Promise<string[]> {
  const own = places.filter((one) => one.reach === reach);
  if (own.length === 0) return [];
  const rows = own
    .slice(0, most)
    .map(({ id, place, records }) => [harmless(id), placeWords[place], harmless(records.map(sourceWords).join(', '))]);
  return ['', `${heading(reachWords[reach])} (${reachBecause[reach]}):`, await columns(rows), ...more(own)];
}

async function rights({ couldHave: { connections, unknown } }: RadiusData): Promise<string[]> {
  const rows = connections.slice(0, most).map(({ from, to, how, reach, because = '', actions, records }) => {
    const said = because === '' ? records.map(sourceWords).join(', ') : because;
    return [from, howWords[how], to, reachWords[reach], actions.join(', '), said].map(harmless);
  });
  const known = rows.length > 0 ? [await columns(rows), ...more(connections)] : [];
  const not =
    unknown.length > 0
      ? [
          `Cannot be known, since no policy of them is at hand: ${harmless(unknown.slice(0, most).join(', '))}`,
          ...more(unknown),
        ]
      : [];
  return ['', heading('what rights would have allowed:'), ...known, ...not];
}

/** The blast radius for people at a terminal. */
export async function radiusWords(data: RadiusData): Promise<string> {
  if (data.places.length === 0)
    return 'No rule has labelled an event, and no finding names anybody here, so nobody is looked at.';
  const actors = data.actors
    .slice(0, most)
    .map(({ id, place, events, first }) => [harmless(id), placeWords[place], `${events} ×`, first ?? '']);
  const places: string[] = [];
  for (const reach of reaches) places.push(...(await placesOf(data, reach)));
  return [
    `Blast radius: ${reaches.map((reach) => `${count(data, reach)} ${reachWords[reach]}`).join(', ')}.`,
    '',
    heading('who acted:'),
    await columns(actors),
    ...more(data.actors),
    ...places,
    ...(await rights(data)),
  ].join('\n');
}

import type { Obligation, State } from '../../lib/domain/clock/engine.ts';
import { futureAmong, unusedAmong } from '../../lib/domain/clock/facts.ts';
import type { ClockRequest } from './clock-input.ts';
import { columns, dim, heading, paint, when } from './paint.ts';

const colours: Readonly<Partial<Record<State, Parameters<typeof paint>[0]>>> = {
  'due-soon': 'yellow',
  overdue: 'red',
  sent: 'green',
  kept: 'green',
};

function stateWords(state: State): string {
  const colour = colours[state];
  return colour ? paint(colour, state) : state;
}

/** `2026-11-23 11:00 GMT+1`: the offset too, since an hour comes twice when summer ends. Seconds are cut off: rather early than late. */
function inZone(iso: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'shortOffset',
  });
  // Swedish writes days as ISO does, and a longer minus.
  return format.format(new Date(iso)).replace('\u2212', '-');
}

const minute = 60_000;

/** `2 d 3 h`, `3 h 10 min`; whole minutes, cut off. */
function lengthWords(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / minute);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60)];
  // Up to three days in hours, as the laws count them.
  return hours > 72 ? `${days} d ${hours % 24} h` : `${hours} h ${minutes % 60} min`;
}

function leftWords({ dueAt, state }: Obligation, now: string): string {
  if (dueAt === null || state === 'sent' || state === 'withdrawn') return '–';
  const left = Date.parse(dueAt) - Date.parse(now);
  return left < 0 ? `${lengthWords(-left)} ago` : lengthWords(left);
}

const noTime = ({ start }: Obligation): string => (start ? 'no hour' : 'not yet known');

const marks: Readonly<Partial<Record<Obligation['standing'], string>>> = {
  draft: ' (draft)',
  voluntary: ' (voluntary)',
};

function rowOf(one: Obligation, { now, zone }: ClockRequest): string[] {
  const { regime, report, standing, dueAt, state } = one;
  const due = dueAt === null ? noTime(one) : inZone(dueAt, zone);
  return [`${regime}${marks[standing] ?? ''}`, report, due, leftWords(one, now), stateWords(state)];
}

function hintsOf({ regimes, facts, now }: ClockRequest): string[] {
  const unused = unusedAmong(regimes, facts);
  return [
    ...(unused.length > 0 ? [`No clock of these regimes uses ${unused.join(', ')}.`] : []),
    ...(futureAmong(facts, now).length > 0 ? ['Some facts are in the future: this is a what-if.'] : []),
    `As of ${when(now)}. This is not legal advice, and nothing is sent to anybody.`,
  ];
}

/** The table for people, in their zone, and below it why. */
export async function clockPage(asked: ClockRequest, obligations: readonly Obligation[]): Promise<string> {
  const titles = ['REGIME', 'REPORT', `DUE (${asked.zone})`, 'LEFT', 'STATE'].map(dim);
  const table = await columns([titles, ...obligations.map((one) => rowOf(one, asked))]);
  const why = obligations.map(({ id, because }) => `${heading(id)}: ${because}`);
  return [table, '', ...why, '', ...hintsOf(asked)].join('\n');
}

import type { Kinder, Start } from './regime.ts';

const law = 'Regulation (EEC, Euratom) No 1182/71';

/** How the Union counts hours in its own acts: kinder by up to an hour, which is said and not used. */
export const wholeHours = (after: Start, hours: number): Kinder => ({
  says: `the hour in which the event falls does not count (${law}, Art. 3(1))`,
  rule: { after, term: { wholeHours: hours } },
});

/** How it counts days and months: kinder by up to a day, and over weekends and public holidays, which differ by Member State. */
export const wholeDays: Kinder = {
  says:
    `the last day runs to its end, and to the end of the next working day where it is a Saturday, Sunday or public holiday ` +
    `(${law}, Art. 3(2) and (4))`,
};

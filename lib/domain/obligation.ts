import * as z from 'zod';

/** A duty to report, as data. `verified` is the day a person last read the source; nothing here is legal advice. */
export interface Regime {
  readonly name: string;
  readonly title: string;
  readonly report: string;
  readonly startsAt: 'first delivery of the finding';
  readonly hours: number;
  readonly source: string;
  readonly verified: string;
  readonly note: string;
}

export const regimes = {
  'cisa-voluntary': {
    name: 'cisa-voluntary',
    title: 'Voluntary report to CISA (formerly US-CERT)',
    report: 'initial',
    startsAt: 'first delivery of the finding',
    hours: 72,
    source: 'no statutory clock; 72 hours is the default target of this project',
    verified: '2026-11-21',
    note: 'Voluntary. CIRCIA would make it a duty; no final rule was found on the day verified.',
  },
  dfars: {
    name: 'dfars',
    title: 'DFARS 252.204-7012 rapid report',
    report: 'initial',
    startsAt: 'first delivery of the finding',
    hours: 72,
    source: '48 CFR 252.204-7012(c)(1)',
    verified: '2026-11-21',
    note: 'Calendar hours from discovery; weekends count. A person with the certificate files it. Keep images 90 days from submission.',
  },
} as const satisfies Record<string, Regime>;

export const RegimeName = z.enum(Object.keys(regimes) as [keyof typeof regimes, ...(keyof typeof regimes)[]]);
export type RegimeName = z.infer<typeof RegimeName>;

export const Obligation = z.object({
  regime: RegimeName,
  report: z.string(),
  startedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
  because: z.string(),
  state: z.enum(['running', 'sent', 'withdrawn']),
});
export type Obligation = z.infer<typeof Obligation>;

const hour = 3_600_000;
const after = (from: string, milliseconds: number): string => new Date(Date.parse(from) + milliseconds).toISOString();

/** The obligation a regime starts. The clock runs from first delivery: the earliest moment somebody should have understood. */
export function obligationOf(name: RegimeName, deliveredAt: string): Obligation {
  const { report, hours, title, startsAt } = regimes[name];
  return {
    regime: name,
    report,
    startedAt: deliveredAt,
    dueAt: after(deliveredAt, hours * hour),
    because: `${title}: ${hours} hours from ${startsAt}`,
    state: 'running',
  };
}

export interface Reminder {
  readonly name: 'at-50' | 'at-75' | 'at-90' | 'minus-4h' | 'minus-1h' | 'due';
  readonly at: string;
}

/** When to remind: at 50, 75 and 90 % of the time, four hours and one hour before, and when it is due. */
export function remindersOf({ startedAt, dueAt }: Obligation): Reminder[] {
  const length = Date.parse(dueAt) - Date.parse(startedAt);
  return [
    { name: 'at-50', at: after(startedAt, length * 0.5) },
    { name: 'at-75', at: after(startedAt, length * 0.75) },
    { name: 'at-90', at: after(startedAt, length * 0.9) },
    { name: 'minus-4h', at: after(dueAt, -4 * hour) },
    { name: 'minus-1h', at: after(dueAt, -hour) },
    { name: 'due', at: dueAt },
  ];
}

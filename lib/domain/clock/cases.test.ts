import { describe, expect, test } from 'vitest';
import { obligationsOf } from './engine.ts';
import { factFrom } from './facts.ts';
import { regimeNamed, regimes } from './regimes.ts';

/** What is checked, the report, the facts as they are typed, and when it is due; every due time was counted by hand on a calendar. */
type Case = readonly [what: string, report: string, facts: string, dueAt: string | null];

const dfars = 'DFARS 252.204-7012: 72 calendar hours from discovery; images at least 90 days from submission';
const circia =
  '6 U.S.C. 681b(a): 72 hours from reasonable belief, 24 hours from a ransom payment; data two years, proposed';
const voluntary = 'no law: our own default of 72 hours';
const nis2 = 'Directive (EU) 2022/2555, Art. 23(4): 24 hours, 72 hours, one month from the notification';
const gdpr = 'GDPR Art. 33(1) and 34(1): 72 hours; individuals without undue delay';
const dora =
  'Delegated Regulation (EU) 2025/301, Art. 5: 4 hours from classification, at most 24 from awareness; 72 hours; one month';
const hipaa = '45 CFR 164.404(b), 164.406, 164.408(b): 60 calendar days from discovery';
const pci = 'PCI DSS 12.10.1: immediately, no hour';
const cra = 'Regulation (EU) 2024/2847, Art. 14(2) and (4): 24 hours, 72 hours, 14 days from a fix or one month';
const sec = 'Form 8-K, General Instruction B.1, and 17 CFR 232.13(a)(2): the fourth open day, 17:30 in New York';
const federal = '5 U.S.C. 6103 and Executive Order 11582: holidays, and the weekday they are observed on';

const table: Readonly<Record<string, readonly Case[]>> = {
  [dfars]: [
    ['a Monday to a Thursday', 'dfars/initial', 'discovered=2026-03-02T09:00Z', '2026-03-05T09:00:00Z'],
    ['over a weekend', 'dfars/initial', 'discovered=2026-11-20T17:00Z', '2026-11-23T17:00:00Z'],
    ['over 29 February', 'dfars/initial', 'discovered=2028-02-28T10:00Z', '2028-03-02T10:00:00Z'],
    ['over a February without one', 'dfars/initial', 'discovered=2027-02-27T10:00Z', '2027-03-02T10:00:00Z'],
    ['over the end of the year', 'dfars/initial', 'discovered=2026-12-30T12:00Z', '2027-01-02T12:00:00Z'],
    ['typed in New York time', 'dfars/initial', 'discovered=2026-11-20T09:00-05:00', '2026-11-23T14:00:00Z'],
    ['an hour lost in spring', 'dfars/initial', 'discovered=2026-03-06T22:00-05:00', '2026-03-10T03:00:00Z'],
    ['an hour won in autumn', 'dfars/initial', 'discovered=2026-10-30T12:00-04:00', '2026-11-02T16:00:00Z'],
    [
      'discovery known at two times: the earliest',
      'dfars/initial',
      'discovered=2026-05-02T08:00Z discovered=2026-05-01T08:00Z',
      '2026-05-04T08:00:00Z',
    ],
    ['not discovered', 'dfars/initial', 'aware=2026-05-02T08:00Z', null],
    ['images, over a year', 'dfars/images-kept-until', 'sent:initial=2026-11-23T10:00Z', '2027-02-21T10:00:00Z'],
    ['images, over 29 February', 'dfars/images-kept-until', 'sent:initial=2027-12-15T10:00Z', '2028-03-14T10:00:00Z'],
    ['images, without it', 'dfars/images-kept-until', 'sent:initial=2026-12-15T10:00Z', '2027-03-15T10:00:00Z'],
    ['images, nothing sent', 'dfars/images-kept-until', 'discovered=2026-12-15T10:00Z', null],
  ],
  [circia]: [
    ['belief on Christmas Eve', 'circia/incident', 'reasonable-belief=2026-12-24T20:00Z', '2026-12-27T20:00:00Z'],
    ['only paid', 'circia/incident', 'payment-made=2026-12-24T20:00Z', null],
    [
      'paid the day before 29 February',
      'circia/ransom-payment',
      'payment-made=2028-02-28T18:00Z',
      '2028-02-29T18:00:00Z',
    ],
    ['paid on New Year’s Eve', 'circia/ransom-payment', 'payment-made=2026-12-31T12:00Z', '2027-01-01T12:00:00Z'],
    ['data, two years', 'circia/data-kept-until', 'sent:incident=2026-11-22T10:00Z', '2028-11-22T10:00:00Z'],
    ['data, from 29 February', 'circia/data-kept-until', 'sent:incident=2028-02-29T10:00Z', '2030-02-28T10:00:00Z'],
    ['data, only paid', 'circia/data-kept-until', 'sent:ransom-payment=2026-11-22T10:00Z', null],
    [
      'data of a payment',
      'circia/payment-data-kept-until',
      'sent:ransom-payment=2026-11-22T10:00Z',
      '2028-11-22T10:00:00Z',
    ],
    ['only believed', 'circia/ransom-payment', 'reasonable-belief=2026-12-31T12:00Z', null],
  ],
  [voluntary]: [['over Juneteenth', 'cisa-voluntary/initial', 'discovered=2026-06-18T23:30Z', '2026-06-21T23:30:00Z']],
  [nis2]: [
    ['to the second', 'nis2/early-warning', 'aware=2026-07-01T10:15:30Z', '2026-07-02T10:15:30Z'],
    ['an hour lost in Berlin', 'nis2/early-warning', 'aware=2026-03-28T12:00+01:00', '2026-03-29T11:00:00Z'],
    ['an hour won in Berlin', 'nis2/notification', 'aware=2026-10-24T12:00+02:00', '2026-10-27T10:00:00Z'],
    ['a month', 'nis2/final', 'sent:notification=2026-04-15T09:00Z', '2026-05-15T09:00:00Z'],
    ['31 January', 'nis2/final', 'sent:notification=2027-01-31T16:00Z', '2027-02-28T16:00:00Z'],
    ['31 January of a leap year', 'nis2/final', 'sent:notification=2028-01-31T16:00Z', '2028-02-29T16:00:00Z'],
    ['29 January', 'nis2/final', 'sent:notification=2027-01-29T08:00Z', '2027-02-28T08:00:00Z'],
    ['31 March', 'nis2/final', 'sent:notification=2026-03-31T08:00Z', '2026-04-30T08:00:00Z'],
    [
      '30 January by UTC, whatever the hour',
      'nis2/final',
      'sent:notification=2027-01-30T23:30Z',
      '2027-02-28T23:30:00Z',
    ],
    ['28 February is no month end', 'nis2/final', 'sent:notification=2027-02-28T08:00Z', '2027-03-28T08:00:00Z'],
    ['29 February', 'nis2/final', 'sent:notification=2028-02-29T08:00Z', '2028-03-29T08:00:00Z'],
    ['31 December', 'nis2/final', 'sent:notification=2026-12-31T23:00Z', '2027-01-31T23:00:00Z'],
    [
      'still handled by then: not moved',
      'nis2/final',
      'sent:notification=2026-05-10T10:00Z handling-ended=2026-08-01T10:00Z',
      '2026-06-10T10:00:00Z',
    ],
    ['only warned', 'nis2/final', 'aware=2026-05-10T10:00Z sent:early-warning=2026-05-10T12:00Z', null],
  ],
  [gdpr]: [
    ['over Good Friday to Easter Sunday', 'gdpr/authority', 'aware=2026-04-02T17:45Z', '2026-04-05T17:45:00Z'],
    ['over the end of the year', 'gdpr/authority', 'aware=2027-12-30T23:59:59Z', '2028-01-02T23:59:59Z'],
    ['an hour lost in London', 'gdpr/authority', 'aware=2026-03-28T23:30Z', '2026-03-31T23:30:00Z'],
    ['individuals', 'gdpr/individuals', 'aware=2026-03-28T23:30Z', null],
  ],
  [dora]: [
    [
      'classified soon: four hours',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-19T11:00Z',
      '2026-11-19T15:00:00Z',
    ],
    [
      'classified after 22 hours: a day from awareness',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-20T06:00Z',
      '2026-11-20T08:00:00Z',
    ],
    [
      'the same, told in the other order',
      'dora/initial',
      'classified-major=2026-11-20T06:00Z aware=2026-11-19T08:00Z',
      '2026-11-20T08:00:00Z',
    ],
    [
      'classified after 20 hours: both at once',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-20T04:00Z',
      '2026-11-20T08:00:00Z',
    ],
    [
      'classified at the very end of the day: at once',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-20T08:00Z',
      '2026-11-20T08:00:00Z',
    ],
    [
      'classified a second later: four hours',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-20T08:00:01Z',
      '2026-11-20T12:00:01Z',
    ],
    [
      'classified after three days: four hours',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-22T09:00Z',
      '2026-11-22T13:00:00Z',
    ],
    [
      'classified first, aware later',
      'dora/initial',
      'classified-major=2026-11-19T07:00Z aware=2026-11-19T08:00Z',
      '2026-11-19T11:00:00Z',
    ],
    ['awareness unknown', 'dora/initial', 'classified-major=2026-11-19T07:00Z', '2026-11-19T11:00:00Z'],
    ['not classified', 'dora/initial', 'aware=2026-11-19T07:00Z', null],
    [
      'into the new year',
      'dora/initial',
      'aware=2026-12-31T20:00Z classified-major=2026-12-31T22:30Z',
      '2027-01-01T02:30:00Z',
    ],
    [
      'in the night of the two hours',
      'dora/initial',
      'aware=2026-10-25T00:30+02:00 classified-major=2026-10-25T01:30+02:00',
      '2026-10-25T03:30:00Z',
    ],
    [
      'classified twice: the earliest',
      'dora/initial',
      'aware=2026-11-19T08:00Z classified-major=2026-11-19T12:00Z classified-major=2026-11-19T10:00Z',
      '2026-11-19T14:00:00Z',
    ],
    [
      'an earlier awareness never gives more time',
      'dora/initial',
      'aware=2026-11-19T09:00Z aware=2026-11-19T07:00Z classified-major=2026-11-20T08:00Z',
      '2026-11-20T09:00:00Z',
    ],
    ['over a weekend', 'dora/intermediate', 'sent:initial=2026-11-20T14:00Z', '2026-11-23T14:00:00Z'],
    ['over 29 February', 'dora/intermediate', 'sent:initial=2028-02-27T10:00Z', '2028-03-01T10:00:00Z'],
    ['31 August', 'dora/final', 'sent:intermediate=2026-08-31T10:00Z', '2026-09-30T10:00:00Z'],
    [
      'from the first intermediate report',
      'dora/final',
      'sent:intermediate=2026-08-25T10:00Z sent:intermediate=2026-08-10T10:00Z',
      '2026-09-10T10:00:00Z',
    ],
  ],
  [hipaa]: [
    ['over a year', 'hipaa/individuals', 'discovered=2026-11-20T14:30Z', '2027-01-19T14:30:00Z'],
    ['over 29 February', 'hipaa/individuals', 'discovered=2028-01-15T12:00Z', '2028-03-15T12:00:00Z'],
    ['without it', 'hipaa/individuals', 'discovered=2027-01-15T12:00Z', '2027-03-16T12:00:00Z'],
    ['an hour lost in spring', 'hipaa/individuals', 'discovered=2026-02-20T09:00-05:00', '2026-04-21T14:00:00Z'],
    ['HHS and the media', 'hipaa/hhs-media', 'discovered=2026-07-04T00:00Z', '2026-09-02T00:00:00Z'],
  ],
  [pci]: [['discovered', 'pci/acquirer', 'discovered=2026-07-04T00:00Z', null]],
  [cra]: [
    ['on the first day of the duty', 'cra/early-warning', 'aware=2026-09-11T00:00Z', '2026-09-12T00:00:00Z'],
    ['on the first day of the duty', 'cra/notification', 'aware=2026-09-11T00:00Z', '2026-09-14T00:00:00Z'],
    ['fixed', 'cra/final', 'fixed=2027-02-20T10:00Z', '2027-03-06T10:00:00Z'],
    ['fixed, over 29 February', 'cra/final', 'fixed=2028-02-20T10:00Z', '2028-03-05T10:00:00Z'],
    ['notified', 'cra/final', 'sent:notification=2026-10-31T10:00Z', '2026-11-30T10:00:00Z'],
    [
      'fixed soon after',
      'cra/final',
      'sent:notification=2026-10-05T10:00Z fixed=2026-10-10T10:00Z',
      '2026-10-24T10:00:00Z',
    ],
    [
      'fixed long after',
      'cra/final',
      'sent:notification=2026-10-05T10:00Z fixed=2026-11-20T10:00Z',
      '2026-11-05T10:00:00Z',
    ],
    ['neither', 'cra/final', 'aware=2026-10-05T10:00Z', null],
  ],
  [sec]: [
    ['Monday to Friday', 'sec-8k/form-8k', 'materiality-determined=2026-11-02T15:00Z', '2026-11-06T22:30:00Z'],
    ['over a weekend', 'sec-8k/form-8k', 'materiality-determined=2026-11-04T15:00Z', '2026-11-10T22:30:00Z'],
    [
      'late on Monday in New York',
      'sec-8k/form-8k',
      'materiality-determined=2026-11-03T03:30Z',
      '2026-11-06T22:30:00Z',
    ],
    ['early on Tuesday there', 'sec-8k/form-8k', 'materiality-determined=2026-11-03T05:30Z', '2026-11-09T22:30:00Z'],
    ['Friday', 'sec-8k/form-8k', 'materiality-determined=2026-09-18T15:00Z', '2026-09-24T21:30:00Z'],
    ['Saturday counts as Friday', 'sec-8k/form-8k', 'materiality-determined=2026-09-19T15:00Z', '2026-09-24T21:30:00Z'],
    ['Sunday too', 'sec-8k/form-8k', 'materiality-determined=2026-09-20T15:00Z', '2026-09-24T21:30:00Z'],
    ['summer begins', 'sec-8k/form-8k', 'materiality-determined=2026-03-05T15:00Z', '2026-03-11T21:30:00Z'],
    ['summer ends', 'sec-8k/form-8k', 'materiality-determined=2026-10-29T15:00Z', '2026-11-04T22:30:00Z'],
    ['over 29 February', 'sec-8k/form-8k', 'materiality-determined=2028-02-25T15:00Z', '2028-03-02T22:30:00Z'],
    [
      'determined twice: the earliest',
      'sec-8k/form-8k',
      'materiality-determined=2026-11-04T15:00Z materiality-determined=2026-11-02T15:00Z',
      '2026-11-06T22:30:00Z',
    ],
    ['not determined', 'sec-8k/form-8k', 'discovered=2026-11-02T15:00Z', null],
  ],
  [federal]: [
    ['Juneteenth', 'sec-8k/form-8k', 'materiality-determined=2026-06-15T14:00Z', '2026-06-22T21:30:00Z'],
    ['on Juneteenth', 'sec-8k/form-8k', 'materiality-determined=2026-06-19T14:00Z', '2026-06-25T21:30:00Z'],
    ['Juneteenth on a Saturday', 'sec-8k/form-8k', 'materiality-determined=2027-06-15T14:00Z', '2027-06-22T21:30:00Z'],
    ['4 July on a Saturday', 'sec-8k/form-8k', 'materiality-determined=2026-06-29T14:00Z', '2026-07-06T21:30:00Z'],
    ['4 July on a Sunday', 'sec-8k/form-8k', 'materiality-determined=2027-06-30T14:00Z', '2027-07-07T21:30:00Z'],
    ['Christmas on a Saturday', 'sec-8k/form-8k', 'materiality-determined=2027-12-20T14:00Z', '2027-12-27T22:30:00Z'],
    [
      'New Year on a Saturday, observed the year before',
      'sec-8k/form-8k',
      'materiality-determined=2027-12-28T14:00Z',
      '2028-01-04T22:30:00Z',
    ],
    ['New Year on a Friday', 'sec-8k/form-8k', 'materiality-determined=2026-12-29T14:00Z', '2027-01-05T22:30:00Z'],
    ['Martin Luther King', 'sec-8k/form-8k', 'materiality-determined=2027-01-14T15:00Z', '2027-01-21T22:30:00Z'],
    ['Memorial Day', 'sec-8k/form-8k', 'materiality-determined=2027-05-28T15:00Z', '2027-06-04T21:30:00Z'],
    ['Saturday before Labor Day', 'sec-8k/form-8k', 'materiality-determined=2026-09-05T15:00Z', '2026-09-11T21:30:00Z'],
    ['Columbus Day', 'sec-8k/form-8k', 'materiality-determined=2026-10-08T15:00Z', '2026-10-15T21:30:00Z'],
    ['Veterans Day', 'sec-8k/form-8k', 'materiality-determined=2026-11-06T15:00Z', '2026-11-13T22:30:00Z'],
    [
      'Saturday before Thanksgiving',
      'sec-8k/form-8k',
      'materiality-determined=2026-11-21T15:00Z',
      '2026-11-27T22:30:00Z',
    ],
  ],
};

function dueAt(id: string, typed: string): string | null | undefined {
  const named = regimeNamed(id.slice(0, id.indexOf('/')));
  if ('fault' in named) throw new Error(named.fault);
  const facts = typed.split(' ').map((word) => {
    const read = factFrom(word, [named.regime]);
    if ('fault' in read) throw new Error(read.fault);
    return read.fact;
  });
  return obligationsOf([named.regime], facts, '2026-01-01T00:00:00.000Z').find((one) => one.id === id)?.dueAt;
}

const instant = (iso: string | null | undefined): number | null => (iso ? Date.parse(iso) : null);

describe.for(Object.entries(table))('%s', ([, cases]) => {
  test.for(cases)('%s: %s, %s → %s', ([, report, facts, expected]) => {
    const due = dueAt(report, facts);
    expect(due).not.toBeUndefined();
    expect(instant(due)).toBe(instant(expected));
  });
});

test('no report is without a case that somebody counted', () => {
  const counted = new Set(Object.values(table).flatMap((cases) => cases.map(([, report]) => report)));
  const reports = regimes.flatMap(({ name, reports }) => Object.keys(reports).map((report) => `${name}/${report}`));
  expect(reports.filter((report) => !counted.has(report))).toEqual([]);
});

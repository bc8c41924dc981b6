import type { Kinder, Regime } from '../regime.ts';

const wholeDay: Kinder = { says: 'calendar days may be read as ending with the sixtieth day, not with its hour' };
const investigation: Kinder = { says: 'a law enforcement official may ask for a delay (45 CFR 164.412)' };

export const hipaa: Regime = {
  name: 'hipaa',
  title: 'HIPAA, breach of unsecured protected health information',
  standing: 'in force',
  source: '45 CFR 164.400 to 164.414',
  url: 'https://www.ecfr.gov/current/title-45/part-164/subpart-D',
  verified: '2026-11-21',
  note: 'Without unreasonable delay, and 60 calendar days at most; the days count from when it would have been known with diligence.',
  reports: {
    individuals: {
      rules: [{ after: 'discovered', term: { days: 60 } }],
      source: '45 CFR 164.404(b)',
      kinder: [wholeDay, investigation],
    },
    'hhs-media': {
      rules: [{ after: 'discovered', term: { days: 60 } }],
      source: '45 CFR 164.406 and 164.408(b)',
      note: 'To HHS from 500 people on; to the media where more than 500 live in one State.',
      kinder: [
        { says: 'fewer than 500 people go into a yearly log, 60 days after the end of the year (45 CFR 164.408(c))' },
        wholeDay,
        investigation,
      ],
    },
  },
};

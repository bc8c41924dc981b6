import { describe, expect, test } from 'vitest';
import { type Obligation, obligationsOf } from './engine.ts';
import { regimes } from './regimes.ts';

/** One obligation of the facts as `name=time`, judged at a moment. */
function judged(id: string, facts: string, now = '2026-11-20T12:00:00Z'): Obligation {
  const read = facts.split(' ').map((word) => {
    const [name = '', at = ''] = word.split('=');
    return { name, at };
  });
  const found = obligationsOf(regimes, read, now).find((one) => one.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}
const kinderTimes = ({ kinder }: Obligation): string[] => kinder.flatMap(({ dueAt }) => dueAt ?? []);

describe('a state', () => {
  const discovered = 'discovered=2026-11-01T00:00:00Z';

  test.for([
    ['running to the last tenth', 'dfars/initial', discovered, '2026-11-03T16:47:59Z', 'running'],
    ['due soon in the last tenth of 72 hours', 'dfars/initial', discovered, '2026-11-03T16:48:00Z', 'due-soon'],
    ['due soon to the last second', 'dfars/initial', discovered, '2026-11-03T23:59:59Z', 'due-soon'],
    ['overdue from the due time on', 'dfars/initial', discovered, '2026-11-04T00:00:00Z', 'overdue'],
    ['running before it has begun', 'dfars/initial', discovered, '2026-10-01T00:00:00Z', 'running'],
    [
      'running five hours before 24 are over',
      'nis2/early-warning',
      'aware=2026-11-01T00:00:00Z',
      '2026-11-01T19:00:00Z',
      'running',
    ],
    [
      'due soon four hours before',
      'nis2/early-warning',
      'aware=2026-11-01T00:00:00Z',
      '2026-11-01T20:00:00Z',
      'due-soon',
    ],
    [
      'due soon all the way, of four hours',
      'dora/initial',
      'classified-major=2026-11-01T00:00:00Z',
      '2026-11-01T00:00:00Z',
      'due-soon',
    ],
    [
      'watching while nothing is known',
      'dfars/initial',
      'fixed=2026-11-01T00:00:00Z',
      '2026-11-01T00:00:00Z',
      'watching',
    ],
    ['running without an hour', 'gdpr/individuals', 'aware=2026-11-01T00:00:00Z', '2027-11-01T00:00:00Z', 'running'],
    [
      'running while images are to be kept',
      'dfars/images-kept-until',
      'sent:initial=2026-01-01T00:00:00Z',
      '2026-03-31T23:59:59Z',
      'running',
    ],
    [
      'kept, never overdue, after that',
      'dfars/images-kept-until',
      'sent:initial=2026-01-01T00:00:00Z',
      '2026-04-01T00:00:00Z',
      'kept',
    ],
    [
      'sent, though late',
      'dfars/initial',
      `${discovered} sent:initial=2026-11-05T00:00:00Z`,
      '2026-12-01T00:00:00Z',
      'sent',
    ],
    [
      'sent though its start is unknown',
      'nis2/notification',
      'sent:notification=2026-11-05T00:00:00Z',
      '2026-12-01T00:00:00Z',
      'sent',
    ],
  ] as const)('%s', ([, id, facts, now, state]) => {
    expect(judged(id, facts, now).state).toBe(state);
  });
});

describe('why, in words', () => {
  test('the count, the law and the draft', () => {
    expect(judged('dfars/initial', 'discovered=2026-11-20T10:00:00Z').because).toMatch(
      /^72 hours from discovered \(2026-11-20T10:00:00Z\)\. 48 CFR 252\.204-7012/,
    );
    expect(judged('circia/incident', 'reasonable-belief=2026-11-20T10:00:00Z')).toMatchObject({
      standing: 'draft',
      because: expect.stringContaining('Draft: no final rule'),
    });
    expect(judged('cisa-voluntary/initial', 'discovered=2026-11-20T10:00:00Z').because).toContain('our own default');
  });

  test('what is waited for, and until when a classification would matter', () => {
    const { because, start, dueAt } = judged('dora/initial', 'aware=2026-11-20T10:00:00Z');
    expect({ start, dueAt }).toEqual({ start: null, dueAt: null });
    expect(because).toMatch(/^Watching: 4 hours from classified-major; classified-major is not known yet\. /);
    expect(because).toContain(
      'With classified-major until 2026-11-21T10:00:00Z (24 hours from aware) it is due by then',
    );
  });

  test('which of two starts counted, and why the other did not', () => {
    const classified = 'classified-major=2026-11-20T10:00:00Z';
    expect(judged('dora/initial', `${classified} aware=2026-11-19T11:00:00Z`)).toMatchObject({
      start: { fact: 'aware', at: '2026-11-19T11:00:00.000Z' },
      because: expect.stringMatching(/^24 hours from aware /),
    });
    expect(judged('dora/initial', `${classified} aware=2026-11-19T09:00:00Z`).because).toContain(
      'Classified-major came later than 24 hours from aware (2026-11-19T09:00:00Z).',
    );
    expect(judged('dora/initial', classified).because).toContain(
      'No later than 24 hours from aware, which is not known',
    );
    expect(judged('cra/final', 'fixed=2026-11-20T10:00:00Z').because).toContain(
      'Earlier, if 1 month (in UTC) from sent:notification',
    );
  });

  test('whether a report was in time', () => {
    const facts = (sent: string): string => `aware=2026-11-01T00:00:00Z sent:early-warning=${sent}`;
    expect(judged('nis2/early-warning', facts('2026-11-02T00:00:00Z')).because).toMatch(/^Sent \S+, in time\. /);
    expect(judged('nis2/early-warning', facts('2026-11-02T00:00:01Z')).because).toMatch(/^Sent \S+, late\. /);
  });
});

test('of a report sent twice the first counts', () => {
  const twice =
    'aware=2026-11-01T00:00:00Z sent:early-warning=2026-11-03T00:00:00Z sent:early-warning=2026-11-01T08:00:00Z';
  expect(judged('nis2/early-warning', twice)).toMatchObject({
    sentAt: '2026-11-01T08:00:00.000Z',
    because: expect.stringMatching(/^Sent 2026-11-01T08:00:00Z, in time\. /),
  });
});

describe('a kinder time is said and not used', () => {
  test('GDPR from the next full hour', () => {
    expect(kinderTimes(judged('gdpr/authority', 'aware=2026-11-20T10:20:00Z'))).toEqual(['2026-11-23T11:00:00.000Z']);
    // The hour that begins with the event is the one in which it falls.
    expect(kinderTimes(judged('gdpr/authority', 'aware=2026-11-20T10:00:00Z'))).toEqual(['2026-11-23T11:00:00.000Z']);
  });

  test('NIS2 only while it is still handled when the final report is due', () => {
    const sent = 'sent:notification=2026-05-10T10:00:00Z';
    const late = judged('nis2/final', `${sent} handling-ended=2026-08-01T00:00:00Z`);
    expect(late).toMatchObject({
      dueAt: '2026-06-10T10:00:00.000Z',
      because: expect.stringContaining('2026-09-01T00:00:00Z'),
    });
    expect(kinderTimes(late)).toEqual(['2026-09-01T00:00:00.000Z']);
    expect(judged('nis2/final', `${sent} handling-ended=2026-06-01T00:00:00Z`).kinder).toEqual([]);
    expect(judged('nis2/final', sent).because).toContain('Kinder, not used: where the incident is still handled');
  });

  test('of several times known the latest', () => {
    const twice = judged('dora/final', 'sent:intermediate=2026-08-10T10:00:00Z sent:intermediate=2026-08-25T10:00:00Z');
    expect(twice.dueAt).toBe('2026-09-10T10:00:00.000Z');
    expect(kinderTimes(twice)).toEqual(['2026-09-25T10:00:00.000Z']);
    expect(twice.because).toContain('from the latest of 2 times known for sent:intermediate');
  });

  test('images are kept longer to be safe', () => {
    const twice = judged(
      'dfars/images-kept-until',
      'sent:initial=2026-01-01T00:00:00Z sent:dfars/initial=2026-01-11T00:00:00Z',
    );
    expect(twice).toMatchObject({ dueAt: '2026-04-01T00:00:00.000Z', kinder: [] });
    expect(twice.because).toContain('Keep longer to be safe: from the latest of 2 times known');
    expect(twice.because).toContain('2026-04-11T00:00:00Z');
  });

  test('CRA by the other reading', () => {
    const both = 'sent:notification=2026-10-05T10:00:00Z fixed=2026-10-10T10:00:00Z';
    expect(kinderTimes(judged('cra/final', both))).toEqual(['2026-11-05T10:00:00.000Z']);
  });
});

describe('an incident that is no longer major', () => {
  const major =
    'aware=2026-11-19T08:00:00Z classified-major=2026-11-19T09:00:00Z sent:dora/initial=2026-11-19T10:00:00Z';

  test('withdraws what is not sent, and leaves the due times on record', () => {
    const facts = `${major} reclassified=2026-11-20T09:00:00Z`;
    expect(judged('dora/initial', facts).state).toBe('sent');
    expect(judged('dora/intermediate', facts)).toMatchObject({
      state: 'withdrawn',
      dueAt: '2026-11-22T10:00:00.000Z',
      because: expect.stringMatching(/^Withdrawn: reclassified 2026-11-20T09:00:00Z\. /),
    });
    expect(judged('dora/final', facts)).toMatchObject({ state: 'withdrawn', dueAt: null });
  });

  test('is owed again once it is classified anew', () => {
    const facts = `${major} reclassified=2026-11-20T09:00:00Z classified-major=2026-11-20T11:00:00Z`;
    expect(judged('dora/intermediate', facts).state).toBe('running');
    expect(kinderTimes(judged('dora/initial', facts))).toEqual(['2026-11-20T15:00:00.000Z']);
  });

  test('is nothing to other regimes', () => {
    expect(judged('nis2/early-warning', `${major} reclassified=2026-11-20T09:00:00Z`).state).toBe('overdue');
  });
});

test('a report that was sent is of the regime it names, or of each that has one of that name', () => {
  const sent = (facts: string): string[] =>
    ['dfars/initial', 'cisa-voluntary/initial', 'dora/initial'].filter((id) => judged(id, facts).state === 'sent');
  expect(sent('sent:dfars/initial=2026-11-20T10:00:00Z')).toEqual(['dfars/initial']);
  expect(sent('sent:initial=2026-11-20T10:00:00Z')).toEqual([
    'dfars/initial',
    'cisa-voluntary/initial',
    'dora/initial',
  ]);
});

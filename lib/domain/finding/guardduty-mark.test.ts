import { describe, expect, it } from 'vitest';
import { readWith } from '../../../test/findings/guardduty.ts';

describe('marks, roles and times', () => {
  it.each([
    ['a mark', { service: { additionalInfo: { sample: true } } }],
    [
      'a mark wrapped in JSON, as the API has it',
      { service: { additionalInfo: { type: 'default', value: '{"sample":true}' } } },
    ],
    ['its title', { detail: { title: '[SAMPLE] It called home' } }],
  ])('knows a sample by %s', (_, changes) => {
    expect(readWith(changes)).toMatchObject({ sample: true, drill: false });
  });

  it.each([
    ['a mark', { service: { additionalInfo: { drill: true } } }],
    ['its title', { detail: { title: '[DRILL] It called home' } }],
  ])('knows a rehearsal by %s', (_, changes) => {
    expect(readWith(changes)).toMatchObject({ sample: false, drill: true });
  });

  it.each([
    [{ additionalInfo: { sample: false, value: '{"sample":' } }],
    [{ additionalInfo: 'sample' }],
    [{ additionalInfo: { value: '{"sample":"no"}' } }],
  ])('takes no mark from %j', (service) => {
    expect(readWith({ service })).toMatchObject({ sample: false, drill: false });
  });

  it.each([
    ['TARGET', 'TARGET'],
    ['SOMETHING_NEW', 'unknown'],
    [undefined, 'unknown'],
  ])('keeps the role %s', (resourceRole, role) => {
    const finding = readWith({ service: { resourceRole } });
    expect(finding.role).toBe(role);
    expect(finding.missing.includes('role')).toBe(role === 'unknown');
  });

  it.each([
    ['archived as GuardDuty says', { service: { archived: true } }],
    ['archived in text', { service: { archived: 'true' } }],
    ['archived where a collector puts it', { detail: { archived: true } }],
  ])('is %s', (_, changes) => {
    expect(readWith(changes).archived).toBe(true);
    expect(readWith({ service: { archived: 'false' } }).archived).toBe(false);
  });

  it.each([
    ['2017-12-08T15:32:49.865+0000', '2017-12-08T15:32:49.865Z'],
    ['2026-02-25 20:40:06.765', '2026-02-25T20:40:06.765Z'],
    ['2026-02-25 20:40:06.000000000', '2026-02-25T20:40:06.000Z'],
    [1_512_692_639, '2017-12-08T00:23:59.000Z'],
    [1_512_692_639_000, '2017-12-08T00:23:59.000Z'],
    ['some day in May', 'some day in May'],
  ])('reads the time %s', (eventFirstSeen, firstSeen) => {
    expect(readWith({ service: { eventFirstSeen } }).firstSeen).toBe(firstSeen);
  });

  it('says when it was first and last seen by when it was written, where the service does not', () => {
    const service = { eventFirstSeen: undefined, eventLastSeen: undefined };
    expect(readWith({ service })).toMatchObject({
      firstSeen: '2026-11-22T01:00:00.000Z',
      lastSeen: '2026-11-22T02:00:00.000Z',
    });
  });
});

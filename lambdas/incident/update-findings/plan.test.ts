import { describe, expect, it } from 'vitest';
import { Finding } from '../../../lib/domain/finding/finding.ts';
import { finding } from '../../../test/fixtures/incident.ts';
import { batched, type Change, changeOf, copiesOf, type Present, type Shown, said, workflowFor } from './plan.ts';

const findingOf = (changes: Partial<Finding>): Finding => Finding.parse({ ...finding, ...changes });
const shown: Shown = { incident: 'inc-0123456789ab', state: 'open', workflow: 'NOTIFIED', stands: '' };
const fresh: Present = { workflow: 'NEW', note: null, fields: {} };
const fields = { 'tourniquet/incident': 'inc-0123456789ab', 'tourniquet/state': 'open' };
const note =
  'Tourniquet inc-0123456789ab: response under way. Run "tourniquet incident inc-0123456789ab" for all of it.';
const change = (present: Partial<Present>, changed: Partial<Shown> = {}, format: 'asff' | 'ocsf' = 'asff') =>
  changeOf({ ...fresh, ...present }, { ...shown, ...changed }, format, 'tourniquet');

describe('what is written on a finding', () => {
  it('is its incident, a note, and that people were notified', () => {
    expect(change({})).toEqual({ workflow: 'NOTIFIED', note, fields });
    expect(change({}, {}, 'ocsf')).toEqual({ workflow: 'NOTIFIED', note });
    const stands = 'session denied; network still open';
    expect(change({}, { stands })?.note).toContain(`response under way: ${stands}. Run `);
    expect(change({}, { stands: 'x'.repeat(600) })?.note).toHaveLength(512);
  });

  it('is nothing where it shows that already, and only what differs elsewhere', () => {
    const ours: Present = { workflow: 'NOTIFIED', note: { by: 'tourniquet', text: note }, fields };
    expect(change(ours)).toBeNull();
    expect(change({ ...ours, fields: {}, note: { by: null, text: note } }, {}, 'ocsf')).toBeNull();
    expect(change({ ...ours, workflow: 'NEW' })).toEqual({ workflow: 'NOTIFIED' });
    const contained = change(ours, { state: 'contained' });
    expect(contained).toMatchObject({ note: expect.stringContaining('contained and verified') });
    expect(contained).not.toHaveProperty('workflow');
  });

  it.each([
    [{ workflow: 'NOTIFIED' as const }, {}, undefined],
    [{ workflow: 'RESOLVED' as const }, {}, undefined],
    [{ workflow: 'SUPPRESSED' as const }, { workflow: 'RESOLVED' as const }, undefined],
    [{ workflow: 'RESOLVED' as const }, { workflow: 'SUPPRESSED' as const }, undefined],
    [{ workflow: 'NOTIFIED' as const }, { workflow: 'RESOLVED' as const }, 'RESOLVED'],
    [{ workflow: 'NEW' as const }, { workflow: 'SUPPRESSED' as const }, 'SUPPRESSED'],
    [{ workflow: 'NEW' as const }, { workflow: 'NEW' as const }, undefined],
  ])('moves %j to %j: %s', (present, wanted, workflow) => {
    expect(change(present, wanted)?.workflow).toBe(workflow);
  });

  it('leaves the note and the fields of an analyst', () => {
    const kim = { note: { by: 'kim', text: 'mine' }, fields: { ticket: 'SEC-7' } };
    expect(change(kim)).toEqual({ workflow: 'NOTIFIED', fields: { ticket: 'SEC-7', ...fields } });
    expect(change({ note: { by: null, text: 'mine' } }, {}, 'ocsf')).toEqual({ workflow: 'NOTIFIED' });
  });
});

describe('the status', () => {
  it.each([
    ['open', 0, [], 'NEW'],
    ['open', 1, [], 'NOTIFIED'],
    ['held', 0, [], 'NOTIFIED'],
    ['released', 1, [], 'NOTIFIED'],
    ['released', 1, ['false-alarm'], 'NOTIFIED'],
    ['closed', 1, ['handled', 'false-alarm'], 'SUPPRESSED'],
    ['closed', 1, ['handled'], 'RESOLVED'],
  ] as const)('of an incident that is %s, with %i questions, closed as %j: %s', (state, asked, as, status) => {
    expect(workflowFor(state, asked, as)).toBe(status);
  });
});

describe('the copies of a finding', () => {
  const arn = 'arn:aws:guardduty:eu-west-1:444455556666:detector/9e/finding/77';
  const own = { key: 'guardduty:77', arn, partition: 'aws', region: 'eu-west-1' };

  it('are called as Security Hub calls them, in the Region of the finding', () => {
    const productArn = 'arn:aws:securityhub:eu-west-1::product/aws/guardduty';
    const perhaps = { format: 'asff', id: arn, productArn, region: 'eu-west-1', certain: 'perhaps' };
    expect(copiesOf(findingOf(own))).toEqual([perhaps]);
    const hub = {
      format: 'ocsf' as const,
      id: 'u',
      productArn: 'arn:aws:securityhub:eu-west-1::productv2/aws/guardduty',
    };
    const certain = { ...hub, region: 'eu-west-1', certain: 'it came from there' };
    expect(copiesOf(findingOf({ ...own, hub }))).toEqual([certain, perhaps]);
    const asff = { format: 'asff' as const, id: arn, productArn };
    expect(copiesOf(findingOf({ ...own, hub: asff }))).toEqual([{ ...perhaps, certain: 'it came from there' }]);
  });

  it('are none where Security Hub has none, or nobody knows in which Region', () => {
    expect(copiesOf(findingOf({ ...own, region: null }))).toEqual([]);
    expect(copiesOf(findingOf({ ...own, key: 'cloudtrail:1' }))).toEqual([]);
  });
});

describe('calls', () => {
  it('hold up to a hundred findings, all of one change', () => {
    const [one, other]: Change[] = [{ note: 'a' }, { note: 'b' }];
    const due = Array.from({ length: 205 }, (_, n) => [n, (n % 5 === 0 ? other : one) ?? {}] as const);
    const calls = batched(due);
    expect(calls.map(({ change: made, copies }) => [made.note, copies.length])).toEqual([
      ['b', 41],
      ['a', 100],
      ['a', 64],
    ]);
    expect(new Set(calls.flatMap(({ copies }) => copies)).size).toBe(205);
  });

  it('are told of as what they did, or would have done', () => {
    expect(said({ workflow: 'NOTIFIED', note: 'a', fields: {} }, [1], 'respond')).toBe(
      'asked for an update of 1 finding in Security Hub: status NOTIFIED, note, fields',
    );
    expect(said({ note: 'a' }, [1, 2], 'observe')).toBe('would update 2 findings in Security Hub: note');
  });
});

import { describe, expect, it } from 'vitest';
import { route, verdictOn } from '../../routing/route.ts';
import { deepest, type Handover, handedOver, handoverOf } from './chained.ts';
import { claimsOf } from './finding.ts';
import { findingIn, readFindings } from './read.ts';

const detail: Handover = {
  incident: 'inc-1',
  finding: 'guardduty:1',
  role: 'deploy',
  roleId: 'AROAEXAMPLE',
  session: 'build@7',
  account: '444455556666',
  region: 'us-gov-west-1',
  key: 'ASIAIOSFODNN7EXAMPLE',
  at: '2026-06-01T11:00:00.000Z',
  severity: 'high',
  depth: 2,
};
const event = handoverOf(detail);
function read(value: unknown) {
  const reading = findingIn(value);
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return reading.finding;
}

describe('a session that was handed over', () => {
  it('is a finding about the session, by its key, with a key of its own in each incident and account', () => {
    expect(read(event)).toMatchObject({
      source: 'tourniquet',
      type: 'Tourniquet:IAMRole/ChainedSession',
      partition: 'aws-us-gov',
      severity: 'high',
      key: 'tourniquet:inc-1:444455556666:deploy/build@7',
      targets: [{ kind: 'access-key', principal: { kind: 'role-session', name: 'deploy', session: 'build@7' } }],
    });
    expect(claimsOf(read(event))).toEqual(['arn:aws-us-gov:sts::444455556666:assumed-role/deploy/build@7']);
    expect(handedOver(event)).toEqual(detail);
  });

  it('is about its holder where nobody knows the key', () => {
    const keyless = handoverOf({ ...detail, key: null, at: null });
    expect(read(keyless).targets).toMatchObject([{ kind: 'principal', id: 'deploy' }]);
    expect(claimsOf(read(keyless))).toEqual(claimsOf(read(event)));
  });

  it('never claims an instance by the name that somebody gave the session', () => {
    const session = 'i-0123456789abcdef0';
    expect(claimsOf(read(handoverOf({ ...detail, session })))).toEqual([
      `arn:aws-us-gov:sts::444455556666:assumed-role/deploy/${session}`,
    ]);
  });

  it('is answered by the playbook of role sessions, and explained so', () => {
    const chosen = route([], read(event));
    expect(chosen).toMatchObject({ playbook: 'iam-role-session', because: expect.stringContaining('chain of roles') });
    expect(verdictOn(read(event), chosen, 'tourniquet')).toMatchObject({ outcome: 'respond' });
  });

  it.each([
    ['too deep', { depth: deepest + 1 }],
    ['of no session', { session: '' }],
    ['with a name that is none', { role: 'a/b' }],
    ['without an incident', { incident: undefined }],
  ])('%s is refused in words', (_, more) => {
    const wrong = { ...event, detail: { ...detail, ...more } };
    expect(readFindings(wrong)).toEqual([{ unreadable: expect.stringMatching(/^chained session: /) }]);
    expect(handedOver(wrong)).toBe(null);
  });

  it('is nothing where another source says it', () => {
    expect(handedOver({ ...event, source: 'aws.guardduty' })).toBe(null);
    expect(handedOver({ ...event, 'detail-type': 'Finding' })).toBe(null);
    expect(handedOver(detail)).toBe(null);
  });
});

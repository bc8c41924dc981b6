import { expect, it } from 'vitest';
import type { MemberRoles } from '../../../lib/items/member-roles.ts';
import { newsOfDetector, newsOfRoles } from './versions.ts';

const roles = (more: Partial<MemberRoles> = {}): MemberRoles => ({
  account: '444455556666',
  version: '0.1.0+aaaaaaaa',
  needed: '0.2.0+bbbbbbbb',
  because: '',
  readAt: '2026-11-29T04:17:00.000Z',
  ...more,
});
const said = (before: MemberRoles | null, item: MemberRoles) => newsOfRoles(before, item, {}).says;

it('names an account whose roles are older, both versions, and the command, once', () => {
  expect(said(null, roles())).toBe(
    '444455556666 has roles of version 0.1.0+aaaaaaaa, and the hub needs 0.2.0+bbbbbbbb: what is new is refused there. Deploy them: npx cdk deploy TourniquetMember, with credentials of 444455556666.',
  );
  expect(said(roles({ readAt: '2026-11-28T04:17:00.000Z' }), roles())).toBeNull();
});

it('names it again for another version of either', () => {
  expect(said(roles({ needed: '0.1.9+99999999' }), roles())).toContain('the hub needs 0.2.0+bbbbbbbb');
  expect(said(roles({ version: '0.0.9+00000000' }), roles())).toContain('roles of version 0.1.0+aaaaaaaa');
});

it('says nothing of the same rights under another release', () => {
  expect(said(null, roles({ version: '0.1.0+bbbbbbbb' }))).toBeNull();
});

it('names roles without a version, and those that could not be read', () => {
  expect(said(null, roles({ version: null }))).toContain('has roles without a version, and the hub needs');
  expect(said(null, roles({ version: null, because: 'AccessDenied: no' }))).toContain(
    'could not be read: AccessDenied',
  );
});

it('names the stack of a rollout where there is one', () => {
  const how = (from: 'hub' | 'management') => newsOfRoles(null, roles(), { rollout: { from } }).says;
  expect(how('hub')).toContain('npx cdk deploy TourniquetRollout, in the hub.');
  expect(how('management')).toContain('npx cdk deploy TourniquetRollout, in the management account.');
});

it('names a detector that was on and is off, once, and once that it is on again', () => {
  const seen = (what: 'on' | 'off') => ({
    account: '444455556666',
    region: 'eu-west-1',
    seen: what,
    seenAt: '2026-11-28T04:17:00.000Z',
  });
  const news = (before: 'on' | 'off' | null, now: 'on' | 'off') =>
    newsOfDetector(before && seen(before), seen(now)).says;
  expect(news('on', 'off')).toBe(
    'GuardDuty is off in 444455556666 in eu-west-1, and was on at 2026-11-28T04:17:00.000Z. tourniquet doctor --account 444455556666 --region eu-west-1 --only guardduty has the command that enables it.',
  );
  expect(news('off', 'on')).toBe('GuardDuty is on again in 444455556666 in eu-west-1.');
  expect([news('off', 'off'), news('on', 'on'), news(null, 'off'), news(null, 'on')]).toEqual([null, null, null, null]);
});

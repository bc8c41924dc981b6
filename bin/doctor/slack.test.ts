import { expect, it } from 'vitest';
import { channelVerdict, onCallVerdict, tokenVerdict } from './checks/slack.ts';

const inside = { is_member: true, is_private: true };
it.each<[string, Parameters<typeof channelVerdict>[1], string, string]>([
  ['private, and the app in it', { ok: true, channel: inside }, 'ok', 'C1'],
  ['public', { ok: true, channel: { ...inside, is_private: false } }, 'warn', 'everybody in the workspace reads'],
  ['shared', { ok: true, channel: { ...inside, is_ext_shared: true } }, 'warn', 'another organisation'],
  ['without the app', { ok: true, channel: { is_private: false } }, 'fail', 'not in the channel'],
  ['archived', { ok: true, channel: { ...inside, is_archived: true } }, 'fail', 'archived'],
  ['one that the app may not read', { ok: false, error: 'missing_scope' }, 'not-proven', 'channels:read'],
])('a channel that is %s', (_, reply, level, found) => {
  expect(channelVerdict('C1', reply)).toMatchObject({ level, answer: expect.stringContaining(found) });
});

const one = { team_id: 'T1', enterprise_id: null };
const grid = { team_id: 'E1', enterprise_id: 'E1', is_enterprise_install: true };
it.each<[string, Parameters<typeof tokenVerdict>[0], object, string]>([
  ['of the workspace', one, { team: 'T1' }, 'ok'],
  ['of another', { ...one, team_id: 'T2' }, { team: 'T1' }, 'fail'],
  ['of the whole grid', grid, { team: 'T1', enterprise: 'E1' }, 'ok'],
  ['of another grid', { ...grid, enterprise_id: 'E2' }, { team: 'T1', enterprise: 'E1' }, 'fail'],
  ['of no grid', one, { team: 'T1', enterprise: 'E1' }, 'fail'],
  ['of a grid, where only a workspace is configured', grid, { team: 'T1' }, 'fail'],
])('a token %s', (_, of, configured, level) => {
  expect(tokenVerdict(of, configured, 'mend it')).toMatchObject({ level });
});

const group = { id: 'S1', handle: 'on-call', date_delete: 0, user_count: 3 };
it.each<[string, Parameters<typeof onCallVerdict>[1], string, string]>([
  [
    'with members',
    { ok: true, usergroups: [{ ...group, id: 'S2', user_count: 0 }, group] },
    'ok',
    '@on-call, 3 people',
  ],
  ['nobody has made', { ok: true, usergroups: [{ ...group, id: 'S2' }] }, 'fail', 'no user group S1'],
  ['that is disabled', { ok: true, usergroups: [{ ...group, date_delete: 1_790_000_000 }] }, 'fail', 'is disabled'],
  ['that is empty', { ok: true, usergroups: [{ ...group, user_count: 0 }] }, 'fail', 'no members'],
  ['that the app may not read', { ok: false, error: 'missing_scope' }, 'not-proven', 'usergroups:read'],
  ['while Slack is down', { ok: false, error: 'HTTP 503' }, 'fail', 'HTTP 503'],
])('a group on call %s', (_, reply, level, found) => {
  expect(onCallVerdict('S1', reply)).toMatchObject({ level, answer: expect.stringContaining(found) });
});

import { describe, expect, it } from 'vitest';
import { statements } from '../../../lib/domain/permission.ts';
import { RoleSession } from '../role-session/target.ts';
import {
  type Credential,
  choose,
  nameOf,
  type OwnedCredentials,
  ownerOf,
  ownersOf,
  removalFrom,
  usersAmong,
} from './plan.ts';
import { removeCreatedCredentials, type Shown } from './step.ts';

const account = '111122223333';
const since = '2026-06-01T10:00:00Z';
const at = '2026-06-01T11:00:00Z';
const session = RoleSession.parse({
  partition: 'aws',
  account,
  region: 'eu-central-1',
  kind: 'role-session',
  id: 'deploy/x',
  seenAt: at,
  tags: {},
  arn: `arn:aws:sts::${account}:assumed-role/deploy/x`,
  since: null,
  key: 'ASIAFINDING',
  session: 'x',
  role: null,
  principal: { kind: 'role-session', name: 'deploy', id: null, session: 'x' },
});
const alice = { ...ownerOf(session, 'alice'), key: 'AKIALEAKED' };

type Made = Shown['made'][number];
const made = (kind: string, id: string, of: string | null, more: Partial<Made> = {}): Made => ({
  kind,
  id,
  of,
  account: null,
  at,
  ...more,
});
const shownOf = (...all: Made[]): Shown => ({ since, made: all });
const held = (kind: Credential['kind'], id: string, of: string, when = at): Credential => ({ kind, id, of, at: when });
const nothing: OwnedCredentials = { held: [], lastUsed: {}, failed: [] };

describe('what is chosen', () => {
  it('is every lasting credential it made, of whichever user, once; nothing else it made', () => {
    const shown = shownOf(
      made('user', 'eve', null),
      made('access-key', 'AKIAEVE', 'eve'),
      made('login-profile', 'bob', 'bob'),
      made('service-credential', 'ACCABOB', 'bob'),
      made('ssh-key', 'APKABOB', 'bob'),
      made('certificate', 'CERTBOB', 'bob'),
      made('session', 'ASIAX', 'deploy/x'),
      made('access-key', 'AKIAEVE', 'eve'),
    );
    const { chosen, left } = choose(session, shown, []);
    expect(chosen.map(nameOf)).toEqual([
      'console password of user bob',
      'service-specific credential ACCABOB of user bob',
      'SSH key APKABOB of user bob',
      'signing certificate CERTBOB of user bob',
      'access key AKIAEVE of user eve',
    ]);
    expect(left).toEqual([]);
    expect(ownersOf(session, chosen)).toEqual(['bob', 'eve']);
    expect(ownersOf(alice, chosen)).toEqual(['alice', 'bob', 'eve']);
  });

  it('is never the credential of the finding, a break-glass user’s, another account’s, or one of nobody', () => {
    const shown = shownOf(
      made('access-key', 'AKIALEAKED', 'alice'),
      made('access-key', 'AKIAGLASS', 'glass'),
      made('access-key', 'AKIAELSEWHERE', 'bob', { account: '444455556666' }),
      made('access-key', 'AKIANOBODY', null),
      made('access-key', 'AKIAWIDE', '*'),
    );
    const spared = usersAmong([`arn:aws:iam::${account}:user/emergency/glass`, `arn:aws:iam::${account}:role/glass2`]);
    expect(spared).toEqual(['glass']);
    const { chosen, left } = choose(alice, shown, spared);
    expect(chosen).toEqual([]);
    expect(left).toEqual([
      expect.stringContaining('AKIALEAKED of user alice: it is the credential of the finding'),
      expect.stringContaining('glass is on the break-glass list'),
      expect.stringContaining('it is in account 444455556666'),
      expect.stringContaining('the record does not say whose it is'),
      expect.stringContaining('the record does not say whose it is'),
    ]);
  });
});

it('a session for an owner reaches that one user, whatever its path, and no other', () => {
  const [{ Resource } = { Resource: [] }, ...more] = statements(
    removeCreatedCredentials.operations.run.permissions,
    ownerOf(session, 'bob'),
  );
  expect(more).toEqual([]);
  expect(Resource).toEqual([`arn:aws:iam::${account}:user/*/bob`, `arn:aws:iam::${account}:user/bob`]);
});

describe('what it came to', () => {
  const shown = shownOf(made('access-key', 'AKIABOB', 'bob'), made('login-profile', 'bob', 'bob'));
  const choice = choose(session, shown, []);
  const come = (seen: Partial<OwnedCredentials>, undone: { what: string; error: string }[] = []) =>
    removalFrom({ target: session, shown }, choice, { ...nothing, ...seen }, undone);

  it('says what is gone, with the last use of each key', () => {
    const result = come({
      held: [held('access-key', 'AKIABOB', 'bob'), held('login-profile', 'bob', 'bob')],
      lastUsed: { AKIABOB: '2026-06-01T11:30:00Z, s3 in us-east-1' },
    });
    expect(result).toMatchObject({
      outcome: 'removed',
      removed: [
        'access key AKIABOB of user bob (last used 2026-06-01T11:30:00Z, s3 in us-east-1)',
        'console password of user bob',
      ],
      left: [],
      failed: [],
    });
  });

  it('says what was already gone, and what came since or was never shown', () => {
    const later = '2026-06-01T12:00:00Z';
    const own = held('access-key', 'AKIAOWN', 'bob', '2024-01-01T00:00:00Z');
    const { outcome, left } = come({
      held: [own, held('access-key', 'AKIANEW', 'bob', later), held('login-profile', 'bob', 'bob', later)],
    });
    expect(outcome).toBe('nothing-left');
    expect(left).toEqual([
      'access key AKIABOB of user bob: already gone',
      'console password of user bob: already gone',
      `access key AKIANEW of user bob: created at ${later}, not in the approved list`,
      `console password of user bob: created at ${later}, not in the approved list`,
    ]);
  });

  it('does not call what failed gone, nor what nobody could look at', () => {
    const error = 'AccessDenied: no';
    const failing = come({ held: [held('access-key', 'AKIABOB', 'bob')] }, [
      { what: 'access key AKIABOB of user bob', error },
    ]);
    expect(failing).toMatchObject({ outcome: 'partly-removed', removed: [] });
    const blind = removalFrom({ target: session, shown }, choice, { ...nothing, failed: [{ what: 'bob', error }] }, []);
    expect(blind).toMatchObject({ outcome: 'partly-removed', removed: [], left: [] });
  });
});

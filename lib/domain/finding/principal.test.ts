import { describe, expect, it } from 'vitest';
import { credentialTargets, principalFrom, unmasked } from './principal.ts';

const where = { account: '111122223333', region: 'eu-central-1' };
const instance = 'i-0123456789abcdef0';

describe('who holds a credential', () => {
  it.each([
    ['Root', 'root'],
    ['IAMUser', 'iam-user'],
    ['AssumedRole', 'role-session'],
    ['Role', 'role-session'],
    ['assumedrole', 'role-session'],
    ['FederatedUser', 'federated-user'],
    ['AWSService', 'service'],
    ['AWSAccount', 'account'],
    ['IdentityCenterUser', 'identity-center'],
    ['SomethingNew', 'unknown'],
    ['constructor', 'unknown'],
    ['__proto__', 'unknown'],
  ])('a user type %s is %s', (userType, kind) => {
    expect(principalFrom({ userType, userName: 'someone', principalId: 'X' }).kind).toBe(kind);
  });

  it('is a person where the role is one that IAM Identity Center made', () => {
    const role = { userType: 'AssumedRole', userName: 'AWSReservedSSO_Admin_0123456789abcdef' };
    expect(principalFrom(role).kind).toBe('identity-center');
    expect(principalFrom({ ...role, userType: 'IAMUser' }).kind).toBe('iam-user');
  });

  it('goes by the unique id where no type is given, and only there', () => {
    expect(principalFrom({ principalId: 'AIDAEXAMPLE' }).kind).toBe('iam-user');
    expect(principalFrom({ principalId: 'AROAEXAMPLE:ci' }).kind).toBe('role-session');
    expect(principalFrom({ principalId: '111122223333' }).kind).toBe('unknown');
    expect(principalFrom({ userType: 'SomethingNew', principalId: 'AROAEXAMPLE:ci' }).kind).toBe('unknown');
  });

  it('splits the id of a role from its session', () => {
    expect(principalFrom({ userType: 'AssumedRole', userName: 'web', principalId: `AROAEXAMPLE:${instance}` })).toEqual(
      {
        kind: 'role-session',
        name: 'web',
        id: 'AROAEXAMPLE',
        session: instance,
      },
    );
    expect(principalFrom({ userType: 'FederatedUser', principalId: '111122223333:bob' })).toEqual({
      kind: 'federated-user',
      name: 'bob',
      id: '111122223333',
      session: 'bob',
    });
  });

  it('takes what is blacked out for absent', () => {
    const hidden = principalFrom({ userType: 'IAMUser', userName: '****', principalId: '********' });
    expect(hidden).toEqual({ kind: 'iam-user', name: null, id: null, session: null });
    expect(unmasked('AKIA**********12')).toBeNull();
    expect(unmasked(' web ')).toBe('web');
  });

  it.each(['null', 'None', '-', 'N/A', '', ' ', 'undefined', 'GeneratedFindingUserName', '<unknown>', 'not available'])(
    'takes what stands where there is no id for absent: %j',
    (given) => {
      const nobody = principalFrom({ userType: 'IAMUser', userName: given, principalId: `${given}:${given}` });
      expect(nobody).toEqual({ kind: 'iam-user', name: null, id: null, session: null });
      expect(credentialTargets(given, nobody, where)).toEqual([]);
    },
  );
});

describe('a credential as a resource', () => {
  const user = principalFrom({ userType: 'IAMUser', userName: 'deploy', principalId: 'AIDAEXAMPLE' });

  it('is the key where there is one, else whoever holds it', () => {
    expect(credentialTargets('AKIAIOSFODNN7EXAMPLE', user, where)).toMatchObject([
      { kind: 'access-key', id: 'AKIAIOSFODNN7EXAMPLE', principal: user, ...where },
    ]);
    expect(credentialTargets('****', user, where)).toMatchObject([
      { kind: 'principal', id: 'deploy', principal: user },
    ]);
    expect(credentialTargets(null, { ...user, name: null }, where)).toMatchObject([{ id: 'AIDAEXAMPLE' }]);
  });

  it('names nothing where neither is known, except root, who needs no name', () => {
    expect(credentialTargets(null, principalFrom({ userType: 'IAMUser' }), where)).toEqual([]);
    expect(credentialTargets(null, principalFrom({ userType: 'Root' }), where)).toMatchObject([{ id: 'root' }]);
  });

  it('brings no instance, though a session may be named after one: whoever assumes the role chooses that name', () => {
    const session = principalFrom({ userType: 'AssumedRole', userName: 'web', principalId: `AROAEXAMPLE:${instance}` });
    expect(credentialTargets('ASIAIOSFODNN7EXAMPLE', session, where)).toMatchObject([{ kind: 'access-key' }]);
  });
});

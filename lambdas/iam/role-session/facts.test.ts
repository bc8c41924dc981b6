import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Session } from '../../runtime/session.ts';
import { roleSessionFacts } from './facts.ts';
import { roleSession } from './target.ts';

const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const id = 'i-0123456789abcdef0';
const profile = 'arn:aws:iam::111122223333:instance-profile/team/web';

/** What AWS answers in that account, where the instance wears `worn` and that profile holds `role`. */
function sessionIn(worn: string | null, role: string, denied = ''): Session {
  const answers: Record<string, object> = {
    [GetRoleCommand.name]: {
      Role: { RoleName: 'web', RoleId: 'AROAEXAMPLE', Arn: 'arn:aws:iam::111122223333:role/web' },
    },
    [DescribeInstancesCommand.name]: {
      Reservations: [{ Instances: [{ InstanceId: id, ...(worn && { IamInstanceProfile: { Arn: worn } }) }] }],
    },
    [GetInstanceProfileCommand.name]: { InstanceProfile: { Roles: [{ RoleName: role }] } },
  };
  const send = async (command: object) => {
    const { name } = command.constructor;
    if (name === denied) throw Object.assign(new Error(name), { name: 'AccessDenied' });
    return answers[name] ?? {};
  };
  return { client: () => ({ send }) } as unknown as Session;
}

async function behind(session: string, aws: Session) {
  const principal = { kind: 'role-session' as const, name: 'web', id: 'AROAEXAMPLE', session };
  const key = named('access-key', 'ASIAIOSFODNN7EXAMPLE', place, { principal });
  const base = roleSession.from(key, { place, now: '2026-11-29T10:00:00.000Z', since: null });
  if (!base) throw new Error('no session');
  return (await roleSessionFacts.read(base, aws, {} as Finding)).behind;
}

it("is the instance's own session where its profile holds the session's role", async () => {
  expect(await behind(id, sessionIn(profile, 'web'))).toEqual([`arn:aws:ec2:eu-central-1:111122223333:instance/${id}`]);
});

it.each([
  ['the instance wears no profile', id, sessionIn(null, 'web')],
  ['its profile holds another role', id, sessionIn(profile, 'database')],
  ['the session is no instance by name', 'ci', sessionIn(profile, 'web')],
  ['the instance may not be read', id, sessionIn(profile, 'web', DescribeInstancesCommand.name)],
])('belongs to no instance where %s', async (_, session, aws) => {
  expect(await behind(session, aws)).toEqual([]);
});

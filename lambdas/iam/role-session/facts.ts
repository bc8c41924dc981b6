import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { instanceBehind } from '../../../lib/domain/named.ts';
import { arn } from '../../../lib/domain/resource.ts';
import { isDenied } from '../../runtime/errors.ts';
import { type FactsReader, gone, orGone, read } from '../../runtime/facts.ts';
import type { Session } from '../../runtime/session.ts';
import { readRole } from '../read-role.ts';
import type { RoleSession } from './target.ts';

/**
 * The instance whose own session this is, by ARN: one of the session's name that wears a profile with the session's role. The name alone says nothing,
 * since whoever assumes a role chooses it.
 */
async function instanceOf({ principal, ...place }: RoleSession, session: Session): Promise<string[]> {
  const id = instanceBehind(principal);
  if (!id) return [];
  const asked = session.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const { Reservations } = (await asked.catch(orNothing)) ?? {};
  const InstanceProfileName = Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile?.Arn?.split('/').at(-1);
  if (!InstanceProfileName) return [];
  const worn = session.client(IAMClient).send(new GetInstanceProfileCommand({ InstanceProfileName }));
  const { InstanceProfile } = (await worn.catch(orNothing)) ?? {};
  const agrees = InstanceProfile?.Roles?.some(({ RoleName }) => RoleName === principal?.name);
  return agrees ? [arn(place, 'ec2', `instance/${id}`)] : [];
}

/** The incident opens about the session whatever becomes of this question. */
const orNothing = (error: unknown): null => (isDenied(error) ? null : orGone(error));

export const roleSessionFacts: FactsReader<RoleSession> = {
  async read(base, session) {
    const name = base.principal?.name ?? '';
    const [found, behind] = await Promise.all([readRole(name, session), instanceOf(base, session)]);
    return found ? { ...read({ ...base, ...found }), behind } : gone(base, `the role ${name}`);
  },
};

import { createHash } from 'node:crypto';
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import type { Change } from '../../../lib/domain/outcome.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { refusedByIam } from '../refusal.ts';
import type { RoleSession } from '../role-session/target.ts';
import { comparedTrust, planFreeze } from './plan.ts';
import { freezeTrust, type Trust } from './step.ts';

type Job = LeverJob<RoleSession, Trust>;

/** IAM returns the document percent-encoded as RFC 3986 says (GetRole API). */
async function look({ role }: RoleSession, session: Session): Promise<Trust> {
  const read = role && (await session.client(IAMClient).send(new GetRoleCommand({ RoleName: role.name })));
  const document = decodeURIComponent(read?.Role?.AssumeRolePolicyDocument ?? '');
  return { document, sha256: createHash('sha256').update(document).digest('hex') };
}

/** Freezing and letting go are the same call with another document. */
async function write({ target, from, to, session }: Job): Promise<Change> {
  if (from.document === to.document) return { outcome: 'already-applied' };
  const command = { RoleName: target.role?.name, PolicyDocument: to.document };
  await session.client(IAMClient).send(new UpdateAssumeRolePolicyCommand(command)).catch(refusedByIam);
  return { outcome: 'applied', changed: [`${target.role?.name}: trust policy ${to.sha256.slice(0, 12)}`] };
}

export const handler = serveLever(freezeTrust, {
  look,
  plan: planFreeze,
  apply: write,
  release: write,
  compared: comparedTrust,
});

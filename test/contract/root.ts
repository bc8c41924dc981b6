import type { Finding } from '../../lib/domain/finding/finding.ts';
import { aboutCredential } from './credential.ts';
import type { Ground } from './subject.ts';

/** A finding about a key of the member account's root user, whom GuardDuty names like that (GuardDuty guide, "Finding details"). */
export async function aboutRoot(ground: Ground): Promise<Finding> {
  const { member: principalId } = ground.deployment.sandbox.accounts;
  return aboutCredential(ground, { accessKeyId: 'AKIAROOT', principalId, userName: 'Root', userType: 'Root' });
}

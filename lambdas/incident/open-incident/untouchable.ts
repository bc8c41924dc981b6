import type { NotAsked } from '../../../lib/domain/authority.ts';
import { whyNotOurs } from '../../../lib/domain/role-policy.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import type { Target } from '../../../lib/domain/target.ts';

interface Rules {
  /** Of this deployment: its roles begin with it. */
  readonly name: string;
  readonly breakGlass: readonly string[];
  /** The organisation's management account, where the configuration names it. */
  readonly management: string | undefined;
}

/** The ARN that stands for an identity: of the user, or of the role behind a session. */
function identityArn(target: Target): string | null {
  if (target.kind === 'user' || target.kind === 'root') return target.arn;
  if (target.kind === 'role-session') return target.role?.arn ?? null;
  return target.kind === 'instance' ? (target.role?.arn ?? null) : null;
}

/** Whether a session is one of our member roles. They may not even read about themselves. */
export const isOurs = (target: Target, name: string): boolean =>
  target.kind === 'role-session' && RoleClass.options.some((role) => target.principal?.name === `${name}-${role}`);

/** Why a question is put to nobody: a code, and words for a person. */
export interface Spared {
  readonly reason: NotAsked;
  readonly because: string;
}

const spared = (reason: NotAsked, because: string): Spared => ({ reason, because });

/**
 * Why nothing of ours may contain this identity; null when it may be. Whoever could make us contain the responder,
 * or the way in for emergencies, would have won.
 */
export function untouchable(target: Target, { name, breakGlass, management }: Rules): Spared | null {
  if (isOurs(target, name))
    return spared(
      'own',
      `${target.id} is a session of Tourniquet's own role: look for who uses it, and take the deployment down if it is not us`,
    );
  if (target.kind === 'root' && target.account === management)
    return spared(
      'out-of-reach',
      `no policy binds the root user of the management account ${management}: people, its mailbox and a case with AWS Support have to`,
    );
  const arn = identityArn(target);
  if (!arn) return null;
  if (breakGlass.includes(arn))
    return spared('break-glass', `${arn} is on the break-glass list: a person has to decide outside of Tourniquet`);
  if (target.kind === 'instance' || target.kind === 'root') return null;
  const because = whyNotOurs({ name: arn.split('/').at(-1) ?? '', arn });
  return because === null ? null : spared('out-of-reach', because);
}

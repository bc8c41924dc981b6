import type { NotAsked } from '../../lib/domain/authority.ts';
import { samePrincipal } from '../../lib/domain/same-principal.ts';
import { RoleClass } from '../../lib/domain/step.ts';
import { kindOf, type Target, targetArn } from '../targets/target.ts';

/** The deployment whose roles are ours. */
export interface Deployment {
  /** Its roles begin with it. */
  readonly name: string;
  readonly hub: string;
  /** Whether we may respond in an account: elsewhere a role of our name is anybody's. */
  readonly respondsIn: (account: string) => boolean;
}

export interface Rules extends Deployment {
  readonly breakGlass: readonly string[];
  /** The organisation's management account, where the configuration names it. */
  readonly management: string | undefined;
}

/** Whether a role's name in an account is that of a role of ours: of one that stands in every account, or of the hub's functions and machines. */
export function isOurRole(
  role: string | null | undefined,
  account: string,
  { name, hub, respondsIn }: Deployment,
): boolean {
  if (!role) return false;
  if (account === hub && role.startsWith(`${name}-`)) return true;
  return respondsIn(account) && RoleClass.options.some((one) => role === `${name}-${one}`);
}

/** Whether a session is one of our roles. */
export const isOurs = (target: Target, deployment: Deployment): boolean =>
  target.kind === 'role-session' && isOurRole(target.principal?.name, target.account, deployment);

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
export function untouchable(target: Target, rules: Rules): Spared | null {
  const { breakGlass, management } = rules;
  if (isOurs(target, rules))
    return spared(
      'own',
      `${target.id} is a session of Tourniquet's own role: find out who uses it, and take down the deployment if it is not Tourniquet`,
    );
  const kind = kindOf(target);
  // Of one whose facts could not be read, as the finding names it.
  const own = 'principal' in target && target.principal ? targetArn(target) : '';
  const arn = kind.identity?.(target) ?? own;
  if ([arn, own].some((one) => breakGlass.some((spare) => samePrincipal(spare, one))))
    return spared('break-glass', `${arn} is on the break-glass list: a person decides, outside of Tourniquet`);
  const because = kind.untouchable?.(target, management) ?? null;
  return because === null ? null : spared('out-of-reach', because);
}

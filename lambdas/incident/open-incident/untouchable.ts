import type { NotAsked } from '../../../lib/domain/authority.ts';
import { RoleClass } from '../../../lib/domain/step.ts';
import { kindOf, type Target } from '../../targets/target.ts';

interface Rules {
  /** Of this deployment: its roles begin with it. */
  readonly name: string;
  readonly breakGlass: readonly string[];
  /** The organisation's management account, where the configuration names it. */
  readonly management: string | undefined;
}

/** Whether a session is one of our member roles. */
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
      `${target.id} is a session of Tourniquet's own role: find out who uses it, and take down the deployment if it is not Tourniquet`,
    );
  const kind = kindOf(target);
  const arn = kind.identity?.(target) ?? '';
  if (breakGlass.includes(arn))
    return spared('break-glass', `${arn} is on the break-glass list: a person decides, outside of Tourniquet`);
  const because = kind.untouchable?.(target, management) ?? null;
  return because === null ? null : spared('out-of-reach', because);
}

import type * as z from 'zod';
import { kindsTaken } from '../../lib/domain/kinds.ts';
import { Target } from '../../lib/domain/target.ts';
import { aboutInstance, meddleWithInstance } from './instance.ts';
import { aboutRoleSession, meddleWithRole, undoingOnRole } from './role-session.ts';
import type { About, Made, Stage } from './subject.ts';
import { aboutFullUser, aboutPlainUser, meddleWithUser, undoingOnUser } from './user.ts';

/** What the stage can make, by the name under which the suite reports it. */
export const shapes = {
  'an instance': { kind: 'instance', about: aboutInstance },
  'a user': { kind: 'user', about: aboutPlainUser },
  'a user with ten policies': { kind: 'user', about: aboutFullUser },
  'a role session': { kind: 'role-session', about: aboutRoleSession },
} as const satisfies Record<string, { kind: Made['kind']; about: About }>;
export type Shape = keyof typeof shapes;

const all = Object.keys(shapes) as Shape[];

/** The shapes on which a contract is tried: all it takes, and an instance where it takes whatever there is. */
export function shapesFor(target: z.ZodType): Shape[] {
  if (target === Target) return ['an instance'];
  const taken = kindsTaken(target);
  return all.filter((shape) => taken.includes(shapes[shape].kind));
}

/** Somebody else's work on a target we hold: every part of it that can take a third value gets one. */
export function meddle(stage: Stage, target: Made): Promise<void> {
  if (target.kind === 'user') return meddleWithUser(stage, target);
  return target.kind === 'role-session' ? meddleWithRole(stage, target) : meddleWithInstance(stage, target);
}

/** Remembers the target as it is, and gives what makes it so again, with the account's own rights and none of our code. */
export async function undoing(stage: Stage, target: Made): Promise<() => Promise<void>> {
  if (target.kind === 'user') return undoingOnUser(stage, target);
  if (target.kind === 'role-session') return undoingOnRole(stage, target);
  return () => Promise.reject(new Error('No lever on an instance confirms yet: write what a thief would undo there.'));
}

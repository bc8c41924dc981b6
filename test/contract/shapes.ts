import type * as z from 'zod';
import { kindsTaken } from '../../lib/domain/kinds.ts';
import { Target } from '../../lib/domain/target.ts';
import { aboutInstance, meddleWithInstance } from './instance.ts';
import { meddleWithOrganization, undoingInOrganization } from './organization.ts';
import { aboutPerson, meddleWithPerson, undoingOnPerson } from './person.ts';
import { aboutRoleSession, meddleWithRole, undoingOnRole } from './role-session.ts';
import { aboutRoot } from './root.ts';
import type { About, Made, Stage } from './subject.ts';
import { aboutFullUser, aboutPlainUser, meddleWithUser, undoingOnUser } from './user.ts';

/** What the stage can make, by the name under which the suite reports it. */
export const shapes = {
  'an instance': { kind: 'instance', about: aboutInstance },
  'a user': { kind: 'user', about: aboutPlainUser },
  'a user with ten policies': { kind: 'user', about: aboutFullUser },
  'a role session': { kind: 'role-session', about: aboutRoleSession },
  'a person of Identity Center': { kind: 'person', about: aboutPerson },
  'the root user': { kind: 'root', about: aboutRoot },
} as const satisfies Record<string, { kind: Made['kind']; about: About }>;
export type Shape = keyof typeof shapes;

const all = Object.keys(shapes) as Shape[];

/** The shapes on which a contract is tried: all it takes, and an instance where it takes whatever there is. */
export function shapesFor(target: z.ZodType): Shape[] {
  if (target === Target) return ['an instance'];
  const taken = kindsTaken(target);
  return all.filter((shape) => taken.includes(shapes[shape].kind));
}

/** Somebody else's work on a target we hold, and in its organisation: every part that can take a third value gets one. */
export async function meddle(stage: Stage, target: Made): Promise<void> {
  await meddleWithOrganization(stage);
  if (target.kind === 'user') await meddleWithUser(stage, target);
  if (target.kind === 'role-session') await meddleWithRole(stage, target);
  if (target.kind === 'person') await meddleWithPerson(stage, target);
  if (target.kind === 'instance') await meddleWithInstance(stage, target);
}

const nothing = async (): Promise<void> => {};

/** What makes the target itself what it is now. No lever on what an instance or the root user has of its own confirms yet. */
async function undoingOnTarget(stage: Stage, target: Made): Promise<() => Promise<void>> {
  if (target.kind === 'user') return undoingOnUser(stage, target);
  if (target.kind === 'person') return undoingOnPerson(stage, target);
  return target.kind === 'role-session' ? undoingOnRole(stage, target) : nothing;
}

/** Remembers the target and its organisation as they are, and gives what makes them so again, with none of our code. */
export async function undoing(stage: Stage, target: Made): Promise<() => Promise<void>> {
  const [above, own] = await Promise.all([undoingInOrganization(stage), undoingOnTarget(stage, target)]);
  return async () => {
    await above();
    await own();
  };
}

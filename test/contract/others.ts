import type { Known } from '../../lambdas/targets/target.ts';
import { meddleWithOrganization, undoingInOrganization } from './organization.ts';
import type { Stage } from './subject.ts';
import type { Spoils } from './worlds.ts';
import { worldFor, worlds } from './worlds.ts';

/** Somebody else's work on a target we hold, and in its organisation: every part that can take a third value gets one. */
export async function meddle(stage: Stage, target: Known): Promise<void> {
  await meddleWithOrganization(stage);
  await worldFor(target).meddle?.(stage, target);
}

/** Remembers the target and its organisation as they are, and gives what makes them so again, with none of our code. */
export async function undoing(stage: Stage, target: Known): Promise<() => Promise<void>> {
  const [above, own] = await Promise.all([undoingInOrganization(stage), worldFor(target).undoing?.(stage, target)]);
  return async () => {
    await above();
    await own?.();
  };
}

/** Takes away what levers keep in the account, as if we had never been there: the next apply has to make it. */
export async function forget(stage: Stage): Promise<void> {
  await Promise.all(worlds.map(({ forget: own }) => own?.(stage)));
}

/** Lets the thief make what an eradication finds on this kind of target. */
export async function plunder(stage: Stage, target: Known): Promise<Spoils> {
  const spoils = await worldFor(target).plunder?.(stage, target);
  if (!spoils)
    throw new Error(`No eradication works on a ${target.kind} yet: write into its world.ts what a thief makes.`);
  return spoils;
}

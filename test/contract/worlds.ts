import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { Target } from '../../lambdas/targets/target.ts';
import { kindsTaken } from '../../lib/domain/target.ts';
import { kindFolders } from '../../lib/infra/function-folders.ts';
import type { Attempt } from '../sandbox/estate.ts';
import type { Picture } from './picture.ts';
import type { About, Stage } from './subject.ts';

/** Shows what is there of all that a thief made, and of what an innocent user had before. */
export type Spoils = () => Promise<Picture>;

/** What somebody tried, by who they are, and what came of it. */
export type Attempts = Readonly<Record<string, Attempt>>;

/** What a thief can do before a lever, cannot while it holds, and can again once it is released; and what somebody innocent always can. */
interface Trial<T> {
  /** Each of them really tries. */
  try(stage: Stage, target: T): Promise<Attempts>;
  readonly before: Attempts;
  /** By the name of the lever that holds; a lever that is not named here stops nobody. */
  readonly held: Readonly<Record<string, Attempts>>;
}

/** One kind of target in the contract suite: how it is made, and what others than Tourniquet do to it. Its file lies beside its levers. */
export interface World<T> {
  /** What makes one and a finding about it, by the name under which the suite reports it. */
  readonly shapes: Readonly<Record<string, About>>;
  /** The target and all that hangs on it, described to the accounts' own root by calls of this test, not by the levers' looks. */
  look(stage: Stage, target: T): Promise<Picture>;
  /** What has to be there before the first is made. */
  prepare?(client: Stage['client']): Promise<void>;
  /** What has to be so of one before a lever, by its name, has anything to do on it. */
  readonly ready?: Readonly<Record<string, (stage: Stage, target: T) => Promise<void>>>;
  /** Takes away what earlier tests left and would slow down every later look. */
  clear?(stage: Stage): Promise<void>;
  /** Takes away what levers of ours keep in the account, as if we had never been there. */
  forget?(stage: Stage): Promise<void>;
  /** Somebody else's work on one that we hold: every part of it that can take a third value gets one. */
  meddle?(stage: Stage, target: T): Promise<void>;
  /** Makes it what it is now, later, with none of our code. Only where a lever on what it has of its own confirms. */
  undoing?(stage: Stage, target: T): Promise<() => Promise<void>>;
  /** What others try: before, while a lever holds, and afterwards. */
  readonly trial?: Trial<T>;
  /** Lets a thief make what an eradication finds. */
  plunder?(stage: Stage, target: T): Promise<Spoils>;
}

type AnyWorld = World<Target>;

/** The world of each kind of target that has one, found by reading the folders. */
const found = await Promise.all(
  [...kindFolders]
    .filter(([, folder]) => existsSync(join(folder, 'world.ts')))
    .map(async ([kind, folder]): Promise<readonly [string, AnyWorld]> => {
      const { world } = await import(/* @vite-ignore */ join(folder, 'world.ts'));
      return [kind, world];
    }),
);
const byKind: ReadonlyMap<string, AnyWorld> = new Map(found);

export const worlds: readonly AnyWorld[] = [...byKind.values()];

export function worldFor({ kind }: Target): AnyWorld {
  const world = byKind.get(kind);
  if (!world) throw new Error(`The contract suite makes no ${kind}: write a world.ts beside its target.ts.`);
  return world;
}

export interface Shape {
  /** `a user with ten policies` */
  readonly name: string;
  readonly about: About;
}

const shapesOf = (kind: string): Shape[] =>
  Object.entries(byKind.get(kind)?.shapes ?? {}).map(([name, about]) => ({ name, about }));

/** The shapes on which a contract is tried: all it takes, in its own order, and an instance where it takes whatever there is. */
export const shapesFor = (target: z.ZodType): Shape[] =>
  (target === Target ? ['instance'] : kindsTaken(target)).flatMap(shapesOf);

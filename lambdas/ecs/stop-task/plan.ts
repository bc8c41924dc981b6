import * as z from 'zod';
import { type Removal, removalOf } from '../../../lib/domain/removal.ts';
import type { EcsTask } from '../ecs-task/target.ts';
import type { Shown } from './step.ts';

/** What a look found before it was stopped: since when the task is there, or null where it does not run. */
export const Running = z.object({ createdAt: z.string().nullable() });
export type Running = z.infer<typeof Running>;

/** An id of ECS is of one task only; the moment says whether people were shown that it runs. */
export const isShown = ({ createdAt }: Running, shown: Shown): boolean =>
  createdAt !== null && createdAt === shown.createdAt;

/** What it came to, by what was there before. */
export function removalFrom({ id, cluster }: Pick<EcsTask, 'id' | 'cluster'>, seen: Running, shown: Shown): Removal {
  const what = `task ${id} in ${cluster}`;
  const nothing = { failed: [], lastUsed: [] };
  if (isShown(seen, shown)) return removalOf({ ...nothing, removed: [what], left: [] });
  return removalOf({ ...nothing, removed: [], left: [`${what}: stopped already`] });
}

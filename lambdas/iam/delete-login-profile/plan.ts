import * as z from 'zod';
import { type Removal, removalOf } from '../../../lib/domain/removal.ts';
import type { Shown } from './step.ts';

/** What a look found before anything went: when the password was made, or null where there was none. */
export const LoginProfile = z.object({ createdAt: z.string().nullable() });
export type LoginProfile = z.infer<typeof LoginProfile>;

/** Only the very password that was shown: one made anew since has another date, and is somebody's new one, or the thief's. */
export const isShown = ({ createdAt }: LoginProfile, shown: Shown): boolean =>
  createdAt !== null && createdAt === shown.createdAt;

/** What it came to, by what was there before. */
export function removalFrom(user: string, seen: LoginProfile, shown: Shown): Removal {
  const what = `console password of user ${user}`;
  const nothing = { failed: [], lastUsed: [] };
  if (isShown(seen, shown)) return removalOf({ ...nothing, removed: [what], left: [] });
  const why = seen.createdAt ? `created again at ${seen.createdAt}, after the question` : 'already gone';
  return removalOf({ ...nothing, removed: [], left: [`${what}: ${why}`] });
}

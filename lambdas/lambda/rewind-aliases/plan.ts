import { differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { type LambdaFunction, whyNoGood, whyReplica } from '../lambda-function/target.ts';
import { lastGood, rewound, type Versions } from '../versions.ts';
import type { Aliases } from './step.ts';

/** Of all versions those to keep with the state: what the aliases run, and what they may be pointed to. */
export function relevant(
  aliases: Aliases['aliases'],
  versions: Versions,
  since: string | null,
): Record<string, string> {
  const named = Object.values(aliases).flatMap(({ version, weights }) => [version, ...Object.keys(weights)]);
  const wanted = new Set([...named, since === null ? null : lastGood(versions, since)]);
  return Object.fromEntries(Object.entries(versions).filter(([version]) => wanted.has(version)));
}

/** What of it is compared: somebody who publishes a version has not changed what is ours. */
export const compared = ({ aliases }: Aliases): unknown => aliases;

/** No alias on code from after the first sign, as far as there is older code. */
export function planRewind(target: LambdaFunction, before: Aliases): LeverPlan<Aliases> {
  const { since } = target;
  const refused = whyReplica(target);
  if (refused) return { refused };
  if (since === null) return { refused: whyNoGood(target) };
  const meant = Object.entries(before.aliases).map(
    ([name, alias]) => [name, rewound(alias, before.versions, since) ?? alias] as const,
  );
  const ours: Aliases = { ...before, aliases: Object.fromEntries(meant) };
  if (differences(compared(before), compared(ours)).length > 0) return { ours };
  const stuck = Object.values(before.aliases).some((alias) => rewound(alias, before.versions, since) === null);
  return stuck
    ? { refused: whyNoGood(target) }
    : { nothing: `none of its aliases runs code from after the first sign of the incident (${since})` };
}

/** The aliases to change, each as it is now, `from`, and as it is to be; one that no longer exists is from null. */
export const changesFrom = (now: Aliases, meant: Aliases) =>
  Object.entries(meant.aliases)
    .map(([name, to]) => ({ name, from: now.aliases[name] ?? null, to }))
    .filter(({ from, to }) => differences(from, to).length > 0);

/** Holds every call Tourniquet made against its policies, by rules that are not the sandbox's. */
import type { MadeCall } from './made.ts';
import type { Policies } from './policies.ts';
import { type Caller, type Check, type Verdict, verdict } from './simulate.ts';

/** Sentences about calls that the policies do not allow, or about which sandbox and simulator disagree. */
export async function disagreements(policies: Policies, calls: readonly MadeCall[]): Promise<string[]> {
  const judge = remembering(policies);
  const found = new Set<string>();
  for (const { caller, checks, refused } of calls) {
    for (const check of checks) {
      const { allowed, because } = await judge(caller, check);
      if (allowed === 'no')
        found.add(`${caller.principal} called ${words(check)}, which its policies refuse: ${because}.`);
    }
    if (refused)
      found.add(`${caller.principal} called ${refused.action} on ${refused.resource}: refused in the sandbox.`);
  }
  return [...found];
}

const words = ({ action, resource, context }: Check): string =>
  `${action} on ${resource}${Object.entries(context)
    .map(([key, value]) => `, ${key} ${value}`)
    .join('')}`;

/** Thousands of calls ask the same few hundred questions. */
function remembering(policies: Policies): (caller: Caller, check: Check) => Promise<Verdict> {
  const known = new Map<string, Promise<Verdict>>();
  return (caller, check) => {
    const question = JSON.stringify([caller.role.arn, caller.session, check]);
    const answer = known.get(question) ?? verdict(policies, caller, check);
    known.set(question, answer);
    return answer;
  };
}

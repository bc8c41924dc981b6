import { type Answer, type Call, madeIn } from './plan.ts';
import type { Made } from './step.ts';

/** Roles assumed from roles are rarely more than two deep, and a loop of roles can hand out sessions for ever. */
const deepest = 3;
const mostFollowed = 20;

interface Walked {
  readonly further: readonly Answer[];
  readonly unknown: readonly string[];
}

/** Keys first: a session ends by itself. Of sessions, the newest. */
const inTurn = (made: readonly Made[]): Made[] => [
  ...made.filter(({ kind }) => kind === 'access-key'),
  ...made.filter(({ kind }) => kind === 'session').toReversed(),
];

/**
 * Follows the further credentials, breadth first: what was made by the principal, then what was made by those. Each is looked at once,
 * so roles that assume each other in a circle come to an end.
 */
export async function walk(
  own: readonly Call[],
  { key, account }: { readonly key: string | null; readonly account: string },
  read: (key: string) => Promise<readonly Answer[]>,
): Promise<Walked> {
  const visited = new Set(key ? [key] : []);
  const further: Answer[] = [];
  const unknown: string[] = [];
  const elsewhere = new Set<string>();
  let made = madeIn(own);
  let followed = 0;
  for (let depth = 1; ; depth++) {
    const fresh = inTurn(made).filter(({ id }) => !visited.has(id));
    for (const { id, of, account: home } of fresh) {
      visited.add(id);
      if (home && home !== account) elsewhere.add(`${of ?? id} in account ${home}`);
    }
    const here = fresh.filter(({ account: home }) => !home || home === account);
    const next = depth > deepest ? [] : here.slice(0, mostFollowed - followed);
    if (here.length > next.length)
      unknown.push(`What ${here.length - next.length} further credentials did: too many, or too far down the chain`);
    if (next.length === 0) break;
    followed += next.length;
    const answers = (await Promise.all(next.map(({ id }) => read(id)))).flat();
    further.push(...answers);
    made = madeIn(answers.flatMap(({ calls }) => calls));
  }
  const places = [...elsewhere];
  if (places.length > 0)
    unknown.push(`What these did there, which is not recorded here: ${places.slice(0, 3).join(', ')}`);
  return { further, unknown };
}

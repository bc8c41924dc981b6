import type * as z from 'zod';
import { CheckAnswer, CheckCall, checkQualifier } from '../../lib/domain/check.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { Place } from '../../lib/domain/resource.ts';
import type { Operation } from '../../lib/domain/step.ts';
import type { Connects } from './clients.ts';
import { environment } from './environment.ts';
import { sentence } from './errors.ts';
import { openSession, type Session } from './session.ts';

/** A call with DryRun, by its action: AWS says whether it would be allowed, and does nothing (EC2 API reference, "Common parameters"). */
export type DryRun = readonly [action: string, send: () => Promise<unknown>];

/** What of a function is checked. */
export interface Checked<Target extends Place> {
  readonly operations: Readonly<Record<string, Operation<Target>>>;
  readonly target: z.ZodType<Target>;
  /** Those of its calls that can be dry-run. Left out: none. */
  readonly dryRuns?: ((target: Target, session: Session) => readonly DryRun[]) | undefined;
}

/** An entrance that assumes a role does so in the account of any target. */
export const entering = (operations: Checked<Place>['operations']): Checked<Place> => ({ operations, target: Place });

/** A function that works in the hub alone. */
export const inHub: Checked<Place> = entering({});

export const isCheck = (context: { readonly invokedFunctionArn?: string } | undefined): boolean =>
  context?.invokedFunctionArn?.endsWith(`:${checkQualifier}`) ?? false;

/** Of each role that is assumed the operation with the most rights: the others are part of it, or smaller. */
function widest<Target extends Place>({ operations }: Checked<Target>): Operation<Target>[] {
  const most = Object.values(operations)
    .filter(({ permissions }) => permissions.length > 0)
    .toSorted((a, b) => b.permissions.length - a.permissions.length);
  return [...Map.groupBy(most, ({ as }) => as).values()].flatMap(([first]) => first ?? []);
}

/** What a dry run came to: null where it would have been done. */
async function refusalOf(send: () => Promise<unknown>): Promise<string | null> {
  try {
    await send();
    return 'it was not a dry run';
  } catch (error) {
    return error instanceof Error && error.name === 'DryRunOperation' ? null : sentence(error);
  }
}

async function tryOne<Target extends Place>(
  work: Connects,
  operation: Operation<Target>,
  place: Target | Place,
  target: Target | null,
  dryRuns: Checked<Target>['dryRuns'],
): Promise<CheckAnswer> {
  const role = `${environment('NAME')}-${operation.as}`;
  try {
    // Nobody's target is not a target: such a session may do nothing.
    const { session, packed } = target
      ? await openSession(work, operation, target, 'check')
      : await openSession(work, { ...operation, permissions: [] }, place, 'check');
    const theirs = new Set(operation.permissions.map(({ action }) => action));
    const tried = target ? (dryRuns?.(target, session) ?? []).filter(([action]) => theirs.has(action)) : [];
    const calls = tried.map(async ([action, send]) => ({ role, action, refused: await refusalOf(send) }));
    return { roles: [{ role, refused: null, packed }], calls: await Promise.all(calls) };
  } catch (error) {
    return { roles: [{ role, refused: sentence(error), packed: null }], calls: [] };
  }
}

/**
 * Answers what only this function's role can show: it assumes the member roles it works through, and dry-runs calls on a target where one
 * is given. Throws Refused for whatever else it is asked.
 */
export async function answerCheck<Target extends Place>(
  work: Connects,
  event: unknown,
  checked: Checked<Target>,
): Promise<CheckAnswer> {
  const asked = CheckCall.safeParse(event).data;
  if (!asked) throw new Refused(`Tourniquet: a function called as ${checkQualifier} answers "check" and nothing else.`);
  const { account, region } = asked;
  const place = { partition: environment('PARTITION'), account, region };
  const given = asked.target === undefined ? null : (checked.target.safeParse(asked.target).data ?? null);
  const target = given?.account === account ? given : null;
  const answers = await Promise.all(
    widest(checked).map((operation) => tryOne(work, operation, place, target, checked.dryRuns)),
  );
  return CheckAnswer.parse({
    roles: answers.flatMap(({ roles }) => roles),
    calls: answers.flatMap(({ calls }) => calls),
  });
}

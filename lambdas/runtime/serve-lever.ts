import { setTimeout as sleep } from 'node:timers/promises';
import { compareThreeWay, type Difference, describe, differences } from '../../lib/domain/before-state.ts';
import { Call } from '../../lib/domain/call.ts';
import { Broken, Transient } from '../../lib/domain/errors.ts';
import type { Run } from '../../lib/domain/incident.ts';
import type { LeverPlan } from '../../lib/domain/lever-plan.ts';
import {
  Change,
  type Confirmation,
  type Foresight,
  type ReleaseReceipt,
  type Verdict,
} from '../../lib/domain/outcome.ts';
import type { Place } from '../../lib/domain/resource.ts';
import type { AnyLever, Lever } from '../../lib/domain/step.ts';
import {
  beginRelease,
  isHeld,
  loadBeforeState,
  markReleased,
  type StoredBeforeState,
  storeBeforeState,
} from './before-state.ts';
import type { Checked } from './check.ts';
import { isDenied, sentence } from './errors.ts';
import { permit } from './permit.ts';
import { type Invocation, pipeline, type Work } from './pipeline.ts';
import { receiptOf, record, recordingFailure } from './record.ts';
import { otherKind } from './serve-step.ts';
import { assume, type Session } from './session.ts';

/** A change to carry out: from the state that stands there now to the one meant. */
export interface LeverJob<Target, Before, Prepared = null> {
  readonly target: Target;
  readonly from: Before;
  readonly to: Before;
  readonly prepared: Prepared | null;
  readonly session: Session;
  readonly run: Run;
}

/** What one lever adds to the shared procedure. Every state has the shape of the contract's before-state. */
export interface LeverCode<Target extends Place, Before, Prepared = null> {
  /** Reads the present state. */
  look(target: Target, session: Session): Promise<Before>;
  /** The same state from facts already read, when they are fresh enough: saves a call on the way to containment. */
  beforeStateFrom?(target: Target, now: string): Before | null;
  /** What prepare left for us, from an earlier state or from the facts; null when it has to be made now. */
  preparedFrom?(target: Target, handed: unknown): Prepared | null;
  /** Makes ahead what apply needs: harmless, and done twice the same as once. */
  prepare?(target: Target, session: Session, work: Work): Promise<Prepared>;
  /** Pure: from what stands there to what we make of it. */
  plan(target: Target, before: Before, prepared: Prepared | null): LeverPlan<Before>;
  apply(job: LeverJob<Target, Before, Prepared>): Promise<Change>;
  release(job: LeverJob<Target, Before>): Promise<Change>;
  /** Why nothing can be put back on the target, in words, where it no longer exists; null where it does. */
  absent?(target: Target, session: Session): Promise<string | null>;
  /** A state as it is compared, where AWS answers the same in other words. Left out: as it is. */
  compared?(state: Before): unknown;
  /** Confirming does it once more although nobody has undone it: what it writes is better the later it is. */
  readonly confirms?: 'by doing it again';
  /** What still differs after letting go. Left out: every leaf that is not as before. */
  left?(before: Before, now: Before): Difference[];
  /** Judges what was read back. Left out: every leaf has to be as we meant it. */
  verify?(seen: LeverReading<Target, Before>): Promise<Verdict>;
  /** Calls of it that can be dry-run, for the doctor. */
  readonly dryRuns?: Checked<Target>['dryRuns'];
}

/** What verify judges: what stood before, what we made of it, what apply reported, and what stands now. */
export interface LeverReading<Target, Before> {
  readonly target: Target;
  readonly stored: StoredBeforeState<Before>;
  readonly applied: Change | null;
  readonly now: Before;
  readonly session: Session;
}

interface Job<Target extends Place, Before, Prepared> {
  readonly lever: Lever<Target, Before>;
  readonly code: LeverCode<Target, Before, Prepared>;
  readonly work: Work;
  readonly call: Call;
  readonly target: Target;
  /** The assumed role, on its way: what needs no session runs meanwhile. */
  readonly opening: Promise<Session>;
}

/**
 * Serves a lever's operations: foresee, prepare, apply, confirm, verify, compare and release. The order that keeps it safe is here, once for all
 * levers: the before-state is stored before the first change, and a release restores it.
 *
 * @example
 * export const handler = serveLever(swapInstanceProfile, { look, plan: planRemoval, apply, release });
 * @throws Broken where no decision allows the call; otherwise as `serveStep`.
 */
export function serveLever<Target extends Place, Before, Prepared = null>(
  lever: Lever<Target, Before>,
  code: LeverCode<Target, Before, Prepared>,
) {
  const operations = { foresee, prepare, apply, confirm, verify, compare, release };
  const once = (event: unknown, work: Work): Promise<{ readonly outcome: string }> =>
    recordingFailure(work, event, lever, async () => {
      const call = Call.parse(event);
      const { operation } = call;
      const contract = operation === 'run' ? undefined : lever.operations[operation];
      if (operation === 'run' || !contract) throw new Broken(`${lever.name} has no operation "${operation}".`);
      const foreign = otherKind(lever.target, call.target);
      if (foreign) return (await receiptOf(work, call, lever.name)) ?? record(work, call, lever, foreign);
      const unchosen = leftOut(call, lever.name);
      if (unchosen) return (await receiptOf(work, call, lever.name)) ?? record(work, call, lever, unchosen);
      const target = lever.target.parse(call.target);
      const opening = assume(work, contract, target, call.run.id);
      // Whoever awaits it reports its failure; until then it must not count as unhandled.
      opening.catch(() => {});
      return operations[operation]({ lever, code, work, call, target, opening });
    });
  return pipeline((event, work) => inTurn(lever, once, event, work), {
    operations: lever.operations,
    target: lever.target,
    dryRuns: code.dryRuns,
  });
}

type Once = (event: unknown, work: Work) => Promise<{ readonly outcome: string }>;

/**
 * An operation, and what is to follow it: reading back, with the role and the session of its own that it always has. A state of its own
 * would cost every run a transition and an invocation. That it could not be read is on the ledger by then, and undoes nothing.
 */
async function inTurn({ settles = 0 }: Pick<AnyLever, 'settles'>, once: Once, event: unknown, work: Invocation) {
  const first = await once(event, work);
  const { further: operation } = Call.pick({ further: true }).parse(event);
  if (!operation) return first;
  // As what was done first had time to take effect, so has what was done once more. Rare, so that nobody else has to wait.
  if (first.outcome === 'reapplied') await sleep(settles * 1000);
  return once({ ...Object(event), operation, further: null }, work.anew()).catch((error: unknown) => {
    if (error instanceof Transient || !(error instanceof Error)) throw error;
    return { outcome: 'not-verified', because: error.message };
  });
}

/** Nothing is read or written of a lever that nobody agreed to; what was prepared ahead is harmless. Reading back says it, once. */
function leftOut({ chosen, operation }: Call, name: string): Verdict | null {
  if (!chosen || chosen.includes(name) || !['apply', 'confirm', 'verify'].includes(operation)) return null;
  const outcome = operation === 'verify' ? 'left-out' : 'not-applicable';
  return { outcome, because: 'the people who approved chose other levers' };
}

/** A role that cannot be entered, a denied look or a plan that refuses: then nobody is asked. What fails otherwise may work a moment later. */
async function foresee<T extends Place, B, P>({ lever, code, work, target, call, opening }: Job<T, B, P>) {
  const receipt = await receiptOf(work, call, lever.name);
  if (receipt) return receipt;
  const done = (result: Foresight) => record(work, call, lever, result);
  try {
    const plan = code.plan(target, await code.look(target, await opening), null);
    if ('ours' in plan) return done({ outcome: 'possible' });
    if ('nothing' in plan) return done({ outcome: 'not-applicable', because: plan.nothing });
    return done({ outcome: 'impossible', because: plan.refused });
  } catch (error) {
    if (!(error instanceof Error && (isDenied(error) || isDenied(error.cause)))) throw error;
    return done({ outcome: 'impossible', because: error instanceof Broken ? error.message : sentence(error) });
  }
}

async function prepare<T extends Place, B, P>({ code, work, target, call, opening }: Job<T, B, P>) {
  const observing = call.run.mode === 'observe';
  return {
    outcome: 'prepared',
    prepared: observing ? null : ((await code.prepare?.(target, await opening, work)) ?? null),
  };
}

async function apply<T extends Place, B, P>(job: Job<T, B, P>): Promise<{ outcome: string }> {
  const { lever, code, work, call, target, opening } = job;
  const done = (result: Change) => record(work, call, lever, result);
  const look = async (): Promise<B> => code.look(target, await opening);
  // Neither needs the other: beside each other they cost the way to containment one call.
  const [beforeState, prepared] = await Promise.all([
    code.beforeStateFrom?.(target, work.now()) ?? look(),
    preparation(job),
  ]);
  const plan = code.plan(target, beforeState, prepared);
  if (!('ours' in plan)) {
    // A replay sees our own change as the present state: then the earlier attempt's before-state decides, not the plan.
    const earlier = await loadBeforeState(work, call, lever);
    // One that was released is nothing of ours any more.
    return earlier?.releasedAt === null ? finish(job, earlier, prepared) : done(withoutChange(plan));
  }
  if (call.run.mode === 'observe') return done({ outcome: 'would-apply', would: goals(plan.ours, beforeState) });
  const [{ stored, first }] = await Promise.all([
    storeBeforeState(work, call, lever, { before: beforeState, ours: plan.ours }),
    lever.phase === 'contain' ? permit(work, call, target.account, lever.name) : null,
    opening,
  ]);
  return first ? carryOut(job, beforeState, stored, prepared) : finish(job, stored, prepared);
}

async function preparation<T extends Place, B, P>({
  code,
  work,
  call,
  target,
  opening,
}: Job<T, B, P>): Promise<P | null> {
  const { prepared: handed } = (call.prepared ?? {}) as { prepared?: unknown };
  const ready = code.preparedFrom?.(target, handed) ?? null;
  if (ready || !code.prepare || call.run.mode === 'observe') return ready;
  return code.prepare(target, await opening, work);
}

const withoutChange = (plan: { nothing: string } | { refused: string }): Change =>
  'nothing' in plan
    ? { outcome: 'not-applicable', because: plan.nothing }
    : { outcome: 'refused', because: plan.refused };

/** What would be different, one line a leaf. */
const goals = (ours: unknown, now: unknown): string[] =>
  differences(now, ours).map(
    ({ path, expected, found }) => `${path}: ${JSON.stringify(expected)} → ${JSON.stringify(found)}`,
  );

/** Somebody began before us: return the receipt, or look at the world and finish the job. */
async function finish<T extends Place, B, P>(job: Job<T, B, P>, stored: StoredBeforeState<B>, prepared: P | null) {
  const { lever, code, work, call, target, opening } = job;
  const receipt = await receiptOf(work, call, lever.name);
  if (receipt) return receipt;
  if (lever.phase === 'contain') await permit(work, call, target.account, lever.name);
  return carryOut(job, await code.look(target, await opening), stored, prepared);
}

async function carryOut<T extends Place, B, P>(
  { lever, code, work, call, target, opening }: Job<T, B, P>,
  from: B,
  { ours }: StoredBeforeState<B>,
  prepared: P | null,
): Promise<Change> {
  const session = await opening;
  const change = await code.apply({ target, from, to: ours, prepared, session, run: call.run });
  return record(work, call, lever, change);
}

/**
 * Once AWS has had time to let it hold everywhere: an attacker has a few seconds in which old rights still work, enough to take our deny
 * off again. Then it is put back, once, and said; what is undone a second time is a person's.
 */
async function confirm<T extends Place, B, P>(job: Job<T, B, P>) {
  const { lever, code, work, call, target, opening } = job;
  const [receipt, stored, session] = await Promise.all([
    receiptOf(work, call, lever.name),
    loadBeforeState(work, call, lever),
    opening,
    permit(work, call, target.account, lever.name),
  ]);
  if (receipt) return receipt;
  const done = (result: Confirmation) => record(work, call, lever, result);
  if (!stored) return done({ outcome: 'not-applicable', because: 'nothing was changed' });
  const now = await code.look(target, session);
  const seen = { target, stored, applied: null, now, session };
  const verdict = (await code.verify?.(seen)) ?? asMeant(stored, now, code.compared);
  const holds = verdict.outcome === 'verified';
  if (holds && !code.confirms) return done({ outcome: 'confirmed' });
  const prepared = await preparation(job);
  await code.apply({ target, from: now, to: stored.ours, prepared, session, run: call.run });
  if (verdict.outcome === 'verified') return done({ outcome: 'confirmed' });
  return done({ outcome: 'reapplied', because: `someone had undone it: ${verdict.because}` });
}

async function verify<T extends Place, B, P>({ lever, code, work, call, target, opening }: Job<T, B, P>) {
  const [receipt, stored, applied, session] = await Promise.all([
    receiptOf(work, call, lever.name),
    loadBeforeState(work, call, lever),
    appliedIn(work, call, lever.name),
    opening,
  ]);
  if (receipt) return receipt;
  if (!stored) return record(work, call, lever, withoutBefore(applied, call));
  const readVerdict = async (): Promise<Verdict> => {
    const now = await code.look(target, session);
    return (await code.verify?.({ target, stored, applied, now, session })) ?? asMeant(stored, now, code.compared);
  };
  return record(work, call, lever, await settled(readVerdict, ({ outcome }) => outcome !== 'not-verified'));
}

/** What apply came to in this run, as it recorded it. */
async function appliedIn(work: Work, call: Call, step: string): Promise<Change | null> {
  const receipt = await receiptOf(work, { ...call, operation: 'apply' }, step);
  return receipt && Change.parse(receipt);
}

/** Nothing was changed: because there was nothing to, or because it could not be done. Only the first is in order. */
function withoutBefore(applied: Change | null, { run }: Call): Verdict {
  const because = 'nothing was changed';
  if (run.mode === 'observe' || applied?.outcome === 'not-applicable') return { outcome: 'not-applicable', because };
  const why = applied?.outcome === 'refused' ? applied.because : 'applying the lever failed';
  return { outcome: 'not-verified', because: `${because}: ${why}` };
}

/** AWS is eventually consistent: what does not look right yet is looked at again, a few times, a second apart. */
async function settled<R>(look: () => Promise<R>, good: (seen: R) => boolean): Promise<R> {
  for (let again = 0; again < 3; again++) {
    const seen = await look();
    if (good(seen)) return seen;
    await sleep(1000);
  }
  return look();
}

/** The plain verdict: as we meant it, or the leaves that are not. */
export function asMeant<B>(
  { ours }: StoredBeforeState<B>,
  now: B,
  compared: (state: B) => unknown = (state) => state,
): Verdict {
  const off = differences(compared(ours), compared(now));
  if (off.length > 0) return { outcome: 'not-verified', because: off.map(describe).join('; ') };
  return { outcome: 'verified', seen: [JSON.stringify(now)] };
}

const comparedBy =
  <T extends Place, B, P>({ compared }: LeverCode<T, B, P>) =>
  (state: B): unknown =>
    compared ? compared(state) : state;

function threeWay<T extends Place, B, P>(code: LeverCode<T, B, P>, { before, ours }: StoredBeforeState<B>, now: B) {
  const as = comparedBy(code);
  return compareThreeWay(as(before), as(ours), as(now));
}

/** The state that somebody has agreed to overwrite; what this lever cannot read is none. */
function agreedIn<T extends Place, B, P>(lever: Lever<T, B>, code: LeverCode<T, B, P>, { agreed }: Call): unknown {
  const read = lever.beforeState.safeParse(agreed);
  return read.success ? comparedBy(code)(read.data) : agreed;
}

async function compare<T extends Place, B, P>({ lever, code, work, call, target, opening }: Job<T, B, P>) {
  const [stored, session] = await Promise.all([loadBeforeState(work, call, lever), opening]);
  if (!stored) return { outcome: 'compared', toPutBack: [], changedMeanwhile: [], now: null };
  const now = await code.look(target, session);
  const { toPutBack, changedMeanwhile } = threeWay(code, stored, now);
  const lines = { toPutBack: toPutBack.map(describe), changedMeanwhile: changedMeanwhile.map(describe) };
  return { outcome: 'compared', ...lines, now };
}

/** Puts the before-state back, unless somebody changed it meanwhile and nobody has agreed to overwrite exactly that. */
async function release<T extends Place, B, P>({ lever, code, work, call, target, opening }: Job<T, B, P>) {
  const { run } = call;
  const done = (result: ReleaseReceipt) => record(work, call, lever, result);
  const receipt = await receiptOf(work, call, lever.name);
  if (receipt) return receipt;
  const { releasedAfter: first } = lever;
  const [stored, session, waits] = await Promise.all([
    loadBeforeState(work, call, lever),
    opening,
    first ? isHeld(work, call, first) : false,
    permit(work, call, target.account, lever.name),
  ]);
  if (stored && waits)
    return done({ outcome: 'refused', diff: [], because: `${first} has to be released first, and is still held` });
  if (!stored) return done({ outcome: 'not-applicable', diff: [], because: 'nothing was changed' });
  const absent = (await code.absent?.(target, session)) ?? null;
  if (absent) {
    await markReleased(work, call, lever.name);
    return done({ outcome: 'not-applicable', diff: [], because: absent });
  }
  const now = await code.look(target, session);
  const { changedMeanwhile } = threeWay(code, stored, now);
  // A replay meets its own half-done work; that is no change by somebody else.
  const begun = stored.releaseBegun === run.id;
  if (
    !begun &&
    changedMeanwhile.length > 0 &&
    differences(agreedIn(lever, code, call), comparedBy(code)(now)).length > 0
  ) {
    return done({
      outcome: 'refused',
      diff: changedMeanwhile.map(describe),
      because: 'changed again since the approval',
    });
  }
  await beginRelease(work, call, lever.name);
  const change = await code.release({ target, from: now, to: stored.before, prepared: null, session, run });
  const as = comparedBy(code);
  const left = code.left ?? ((before: B, after: B) => differences(as(before), as(after)));
  const compareAgain = async () => left(stored.before, await code.look(target, session)).map(describe);
  const diff = await settled(compareAgain, (lines) => lines.length === 0);
  if (diff.length > 0) return done({ outcome: 'not-released', diff, because: JSON.stringify(change) });
  await markReleased(work, call, lever.name);
  return done({ outcome: 'released', diff });
}

import * as z from 'zod';
import { Act } from '../../../lib/domain/act.ts';
import type { NewEntry } from '../../../lib/domain/ledger.ts';
import { entryOf } from '../../runtime/record.ts';
import { subjectOf, Target } from '../../targets/target.ts';
import type { Failure } from './plan.ts';

/** What a Catch of the state machine hands on (lib/asl/state.ts, `failed`). Step Functions does not always name a cause. */
const Passed = Act.omit({ of: true }).extend({
  error: z.object({ Error: z.string(), Cause: z.string().optional() }),
  target: Target.optional().catch(undefined),
  /** A comparison before a release is the first of its branch. */
  earlier: z.unknown().optional(),
});
type Passed = z.infer<typeof Passed>;

/** All of them, the earliest of each branch first: they come as branches of a Parallel, items of a Map, and each in front of the one before. */
function passedIn(value: unknown): Passed[] {
  if (Array.isArray(value)) return value.flatMap(passedIn);
  const { data: one } = Passed.safeParse(value);
  return one ? [...passedIn(one.earlier), one] : [];
}

/** As Lambda reports what a function has thrown, or why it gave no answer (Lambda guide, "Node.js errors"). */
const Thrown = z.object({ errorMessage: z.string() });

function sayingOf(cause: string): string | undefined {
  try {
    return Thrown.safeParse(JSON.parse(cause)).data?.errorMessage;
  } catch {
    return undefined;
  }
}

/** In words. A cause that no function gave stays out: Step Functions' own quote the input of a state. */
function reasonOf({ Error: name, Cause = '' }: Passed['error']): string {
  const said = sayingOf(Cause) ?? 'the function gave no answer';
  return (/^(Transient|Throttled)$/.test(name) ? said : `${name}: ${said}`).slice(0, 300);
}

type Same = Pick<Act, 'step' | 'operation' | 'of'>;
const isSame =
  (one: Same) =>
  ({ step, operation, of }: Same): boolean =>
    step === one.step && operation === one.operation && (of === one.of || of === '');

interface OnRecord {
  readonly failures: readonly Failure[];
  readonly receipts: readonly Same[];
}

/**
 * What failed in a run and is not on its ledger, the earliest first. A function writes down its own failure when it gives up at once; what
 * was tried until no try was left, or never answered, only the state machine knows. What has a receipt was done, whatever came after it.
 */
export function unwrittenFailures(
  run: string,
  target: Target | null,
  passed: unknown,
  { failures, receipts }: OnRecord,
) {
  const found = passedIn(passed).map(({ error, target: own, step, operation, phase }) => {
    const act: Act = { step, operation, phase, of: subjectOf({ target: own ?? target }) };
    return { act, error: error.Error, because: reasonOf(error) };
  });
  const unwritten = found.filter(
    ({ act, because }, index) =>
      ![...failures, ...receipts].some(isSame(act)) &&
      found.findIndex((one) => isSame(one.act)(act) && one.because === because) === index,
  );
  return unwritten.map(({ act, error, because }) => {
    const detail = { run, error, because, from: 'the state machine' };
    const entry: NewEntry = { ...entryOf('failure', act), detail };
    const failure: Failure = { ...act, because };
    return { entry, failure };
  });
}

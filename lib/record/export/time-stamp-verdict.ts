import type { TimeStamp } from '../../domain/sealed.ts';
import { Tampered, wrong } from './fault.ts';
import { type Files, names, timeStampName } from './files.ts';
import { type Expected, type Verdict, verifyExport } from './verify.ts';

/** What is expected of an export and of the stamp on it. */
export interface ExpectedOfBoth extends Expected {
  /** Certificates (DER), one of which the authority's has to lead to; null leaves it to whoever reads the result. */
  readonly authority: readonly Uint8Array[] | null;
}

export interface StampedVerdict extends Verdict {
  /** Null where no authority has stamped it. `trusted` only where its certificate leads to one that was named. */
  readonly timeStamp: (TimeStamp & { readonly trusted: boolean }) | null;
}

type Learn = (timeStamp: TimeStamp & { readonly trusted: boolean }) => void;

/**
 * Checks the stamp over a signature, if there is one. `lastEntry` is the time of the last thing below it. Each finding is told before the
 * next check may fail; throws a Tampered that says what is wrong.
 */
export async function checkStamp(
  files: Files,
  lastEntry: string,
  { authority }: Pick<ExpectedOfBoth, 'authority'>,
  learn: Learn,
): Promise<void> {
  const answer = files.get(timeStampName);
  if (!answer) {
    // A stamp that was taken away leaves no trace: who names the authority that has to have stamped it, is told.
    if (authority) wrong(timeStampName, `${timeStampName} is missing: no authority says when this was sealed.`);
    return;
  }
  // The library weighs more than all the rest of a verification, and most exports of old have no stamp.
  const { checkOrder, checkTimeStamp: holdTimeStamp } = await import('./time-stamp.ts');
  const held = await holdTimeStamp(answer, files.get(names.signature) ?? new Uint8Array());
  const { at, authority: subject, serial } = held;
  learn({ at, authority: subject, serial, trusted: false });
  if (authority) {
    const { leadsTo } = await import('./time-stamp-chain.ts');
    if (!(await leadsTo(authority, held)))
      wrong(
        timeStampName,
        `A foreign authority stamped: the certificate of ${subject} does not lead to one that was named.`,
      );
    learn({ at, authority: subject, serial, trusted: true });
  }
  checkOrder(held, lastEntry);
}

/** All that verifyExport checks, and then the time-stamp if there is one. Never throws a Tampered either. */
export async function verifyStamped(read: () => Files, expected: ExpectedOfBoth): Promise<StampedVerdict> {
  const verdict = verifyExport(read, expected);
  if (!verdict.ok || verdict.sealedAt === null) return { ...verdict, timeStamp: null };
  let timeStamp: StampedVerdict['timeStamp'] = null;
  try {
    await checkStamp(read(), verdict.sealedAt, expected, (learnt) => {
      timeStamp = learnt;
    });
    return { ...verdict, timeStamp };
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return { ...verdict, ok: false, timeStamp, firstFault: error.fault };
  }
}

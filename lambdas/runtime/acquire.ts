import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Transient } from '../../lib/domain/errors.ts';
import { hopeless, type Piece, type Recorded, recordedOf } from '../../lib/domain/recorded.ts';
import type { AnyTarget } from '../../lib/domain/target.ts';
import { oneOfThree, sentence } from './errors.ts';
import type { StepContext } from './serve-step.ts';
import type { Session } from './session.ts';
import { seal, sealStream } from './vault.ts';

/** Milliseconds before a throttled read is tried a second and last time. */
const breath = 1000;

/** One piece of evidence. Its bytes go into the vault and nowhere else: they may hold secrets. */
export interface Wanted<Target> {
  readonly kind: string;
  /** File name below the incident. */
  readonly name: string;
  /** What to say where there is none. */
  readonly absent: string;
  /** ARN of what it comes from, where that is not the target. */
  readonly source?: string;
  /** Null where there is none. */
  read(target: Target, session: Session): Promise<Uint8Array | Passing | null>;
}

/** What passes through without being held. Whoever keeps it says how large it is, and its SHA-256 in hex. */
export interface Passing {
  readonly size: number;
  readonly sha256: string;
  open(): Promise<Readable>;
}

/** Reads one piece and seals it, on its own: whatever happens to it must not cost the others. */
async function acquire<Target extends AnyTarget>(
  context: StepContext<Target>,
  source: string,
  wanted: Wanted<Target>,
  attempt: 'first' | 'last' = 'first',
): Promise<Piece> {
  const { target, run, session } = context;
  const { kind, name, absent } = wanted;
  try {
    const body = await wanted.read(target, session);
    if (!body) return { kind, absent };
    if (run.mode === 'observe') return { kind, had: 'not sealed' };
    const { account, region } = target;
    const what = { incident: run.incident, kind, name, source: wanted.source ?? source, account, region };
    if (body instanceof Uint8Array) return { kind, had: await seal(context, { ...what, body }) };
    return { kind, had: await sealStream(context, { ...what, ...body, body: await body.open() }) };
  } catch (error) {
    if (attempt === 'last' || !(oneOfThree(error) instanceof Transient)) {
      return { kind, error: sentence(error), thrown: error };
    }
    await setTimeout(breath);
    return acquire(context, source, wanted, 'last');
  }
}

/**
 * Reads and seals every piece, all at once. `source` is the ARN they come from; `besides` is what is known not to be there.
 *
 * @throws What the first piece failed with, where nothing at all could be had.
 */
export async function acquireAll<Target extends AnyTarget>(
  context: StepContext<Target>,
  source: string,
  pieces: readonly Wanted<Target>[],
  besides: readonly Piece[] = [],
): Promise<Recorded> {
  const taken = await Promise.all(pieces.map((wanted) => acquire(context, source, wanted)));
  const lost = hopeless(taken);
  if (lost) throw lost.cause;
  return recordedOf([...taken, ...besides], context.run.mode);
}

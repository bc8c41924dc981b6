import { Transient } from '../../lib/domain/errors.ts';
import { sentence } from '../runtime/errors.ts';

/** While an earlier change to a function, or to one of its event sources, is under way, Lambda refuses the next; that passes (Lambda API reference, ResourceConflictException and ResourceInUseException). */
export function busy(error: unknown): never {
  if (error instanceof Error && /^Resource(Conflict|InUse)Exception$/.test(error.name))
    throw new Transient(sentence(error), { cause: error });
  throw error;
}

/** Somebody else has changed it between our reading and our writing: the state machine calls again, and all of it is read anew. */
export function overtaken(error: unknown): never {
  if (error instanceof Error && error.name === 'PreconditionFailedException')
    throw new Transient(sentence(error), { cause: error });
  return busy(error);
}

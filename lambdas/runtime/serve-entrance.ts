import { Broken } from '../../lib/domain/errors.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { type Checked, inHub } from './check.ts';
import { oneOfThree } from './errors.ts';
import { count, pipeline, type Work } from './pipeline.ts';

/**
 * Serves an entrance. A step's failure is in the report of its run; an entrance may have none that could tell, so what is broken there is
 * counted, and pages. What is only transient is tried again, and what is refused is an answer. One that assumes a role says so in `checked`.
 */
export const serveEntrance = <Result>(
  body: (event: unknown, work: Work) => Promise<Result>,
  maxAttempts = 1,
  checked: Checked<Place> = inHub,
) =>
  pipeline(
    async (event, work) => {
      try {
        return await body(event, work);
      } catch (error) {
        if (oneOfThree(error) instanceof Broken) count('EntranceFailed');
        throw error;
      }
    },
    checked,
    maxAttempts,
  );

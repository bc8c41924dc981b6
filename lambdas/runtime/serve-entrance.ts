import { Broken } from '../../lib/domain/errors.ts';
import { oneOfThree } from './errors.ts';
import { count, pipeline, type Work } from './pipeline.ts';

/**
 * Serves an entrance. A step's failure is in the report of its run; an entrance may have none that could tell, so what is broken there is
 * counted, and pages. What is only transient is tried again, and what is refused is an answer.
 */
export const serveEntrance = <Result>(body: (event: unknown, work: Work) => Promise<Result>, maxAttempts = 1) =>
  pipeline(async (event, work) => {
    try {
      return await body(event, work);
    } catch (error) {
      if (oneOfThree(error) instanceof Broken) count('EntranceFailed');
      throw error;
    }
  }, maxAttempts);

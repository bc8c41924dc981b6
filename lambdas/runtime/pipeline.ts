import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { RecordedCall } from './clients.ts';
import { oneOfThree } from './errors.ts';
import { redact } from './redact.ts';
import { openTable, type Table } from './table.ts';

export const logger = new Logger({ jsonReplacerFn: redact });
export const metrics = new Metrics();
// Responses may hold facts about the incident; traces are read by more people than the table.
const tracer = new Tracer({ captureHTTPsRequests: false });

/** What one invocation works with. Nothing of it outlives the invocation. */
export interface Work {
  readonly calls: RecordedCall[];
  readonly table: Table;
  readonly maxAttempts: number;
  readonly now: () => string;
}

/**
 * The one middy pipeline: logger, tracer, and on the way out one of three errors. Steps are retried by their state, so their
 * SDK clients try once; entrances that nothing retries pass `maxAttempts`.
 */
export function pipeline<Result>(body: (event: unknown, work: Work) => Promise<Result>, maxAttempts = 1) {
  return middy()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .onError((request) => {
      const error = oneOfThree(request.error);
      logger.error(error.message, error);
      request.error = error;
    })
    .handler((event: unknown) => {
      const calls: RecordedCall[] = [];
      const work = { calls, table: openTable(calls, maxAttempts), maxAttempts, now: () => new Date().toISOString() };
      return body(event, work);
    });
}

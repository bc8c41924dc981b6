import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { clientsFor, type MakeClient, type RecordedCall } from './clients.ts';
import { oneOfThree } from './errors.ts';
import { redact } from './redact.ts';
import { openTable, type Table } from './table.ts';

export const logger = new Logger({ jsonReplacerFn: redact });
const metrics = new Metrics();

/** Counts one more of something an alarm watches, at once: an invocation that fails afterwards has counted it all the same. */
export function count(what: string): void {
  metrics.addMetric(what, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** What one invocation works with. Nothing of it outlives the invocation. */
export interface Work {
  /** What AWS was asked so far. */
  readonly calls: readonly RecordedCall[];
  readonly client: MakeClient;
  readonly table: Table;
  readonly now: () => string;
}

/**
 * The one middy pipeline: logger, and on the way out one of three errors and the list of calls made. Lambda's own active tracing is on;
 * the X-Ray SDK is not, because loading it takes a third of a cold start and the ledger has every call with its request id. Steps are retried by their state, so their
 * SDK clients try once; entrances that nothing retries pass `maxAttempts`.
 */
export function pipeline<Result>(body: (event: unknown, work: Work) => Promise<Result>, maxAttempts = 1) {
  return middy()
    .use(injectLambdaContext(logger, { clearState: true }))
    .onError((request) => {
      const error = oneOfThree(request.error);
      logger.error(error.message, error);
      request.error = error;
    })
    .handler((event: unknown) => {
      const calls: RecordedCall[] = [];
      const client = clientsFor(calls, maxAttempts);
      let table: Table | undefined;
      const work = {
        calls,
        client,
        // Not every function is told where it is.
        get table() {
          table ??= openTable(client);
          return table;
        },
        now: () => new Date().toISOString(),
      };
      return body(event, work).finally(() => logger.info('AWS calls', { calls }));
    });
}

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import * as z from 'zod';
import { type Attention, attention } from '../../lib/domain/attention.ts';
import type { Place } from '../../lib/domain/resource.ts';
import { answerCheck, type Checked, isCheck } from './check.ts';
import { clientsFor, type MakeClient, type RecordedCall } from './clients.ts';
import { oneOfThree } from './errors.ts';
import { redact } from './redact.ts';
import { openTable, type Table } from './table.ts';

export const logger = new Logger({ jsonReplacerFn: redact });

/** Which function it was stands beside the count: a dimension would make a metric, and an alarm, of each. */
const metrics = new Metrics({
  namespace: attention.namespace,
  ...(process.env.TOURNIQUET_NAME && { serviceName: process.env.TOURNIQUET_NAME }),
});

/** Whom an entry of the log is about, where the event says so. */
const About = z.object({ run: z.object({ id: z.string(), incident: z.string() }) });

/** Counts one more of what a person has to look at, at once: an invocation that fails afterwards has counted it all the same. */
export function count(what: Attention): void {
  metrics.addMetadata('attention', what);
  metrics.addMetadata('function', process.env.POWERTOOLS_SERVICE_NAME ?? '');
  metrics.addMetric(attention.metricName, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** What one operation works with. Nothing of it outlives the invocation. */
export interface Work {
  /** What AWS was asked so far. */
  readonly calls: readonly RecordedCall[];
  readonly client: MakeClient;
  readonly table: Table;
  /** Of the settings: most functions may only read it. */
  readonly settings: Table;
  readonly now: () => string;
}

/** An invocation may be of several operations. */
export interface Invocation extends Work {
  /** For one more operation, which has made no call yet. */
  anew(): Work;
}

/** `all` has the calls of each operation. */
function workFor(maxAttempts: number, all: RecordedCall[][]): Invocation {
  const calls: RecordedCall[] = [];
  all.push(calls);
  const client = clientsFor(calls, maxAttempts);
  return {
    calls,
    client,
    table: openTable(client),
    settings: openTable(client, 'SETTINGS'),
    now: () => new Date().toISOString(),
    anew: () => workFor(maxAttempts, all),
  };
}

/**
 * The one middy pipeline: logger, and on the way out one of three errors and the list of calls made. Lambda's own active tracing is on;
 * the X-Ray SDK is not, because loading it takes a third of a cold start and the ledger has every call with its request id. Steps are retried by their state, so their
 * SDK clients try once; entrances that nothing retries pass `maxAttempts`. Before anything else a check is answered, for which `checked`
 * says what the function works through.
 */
export function pipeline<Result, Target extends Place>(
  body: (event: unknown, work: Invocation) => Promise<Result>,
  checked: Checked<Target>,
  maxAttempts = 1,
) {
  return middy()
    .use(injectLambdaContext(logger, { clearState: true }))
    .before(async ({ event, context }) => {
      const calls: RecordedCall[] = [];
      return isCheck(context) ? answerCheck({ client: clientsFor(calls, 1) }, event, checked) : undefined;
    })
    .onError((request) => {
      const error = oneOfThree(request.error);
      logger.error(error.message, error);
      request.error = error;
    })
    .handler((event: unknown) => {
      const about = About.safeParse(event);
      if (about.success) logger.appendKeys({ incident: about.data.run.incident, run: about.data.run.id });
      const all: RecordedCall[][] = [];
      return body(event, workFor(maxAttempts, all)).finally(() => logger.info('AWS calls', { calls: all.flat() }));
    });
}

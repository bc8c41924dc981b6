import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Cluster } from '@aws-sdk/client-eks';
import { Refused } from '../../../lib/domain/errors.ts';
import type { Session } from '../../runtime/session.ts';
import type { Workload } from '../eks-workload/target.ts';
import { auditGroup } from './step.ts';

/** Bytes of the slice, and milliseconds in which it is looked for: a large cluster writes megabytes a minute. */
const [largest, longest] = [8 * 2 ** 20, 45_000];
/** Milliseconds before the first sign from which on events are kept. */
const margin = 3_600_000;

/** Of the streams in the cluster's group, those of the audit log. */
const streams = 'kube-apiserver-audit-';

/**
 * What was done in the namespace, and what its service accounts did anywhere. Names of namespaces hold no quote and no asterisk.
 */
const patternOf = ({ namespace }: Pick<Workload, 'namespace'>): string =>
  `{ ($.objectRef.namespace = "${namespace}") || ($.user.username = "system:serviceaccount:${namespace}:*") }`;

/** A slice of the audit log, an event a line, and what is not in it; null where it is all there is. */
export interface Slice {
  readonly text: string;
  readonly cut: string | null;
}

const isAudited = ({ logging }: Cluster): boolean =>
  (logging?.clusterLogging ?? []).some(({ enabled, types = [] }) => enabled === true && types.includes('audit'));

/**
 * The audit log around the incident: of the namespace alone, from an hour before `since` (ISO 8601).
 * @throws Refused where the cluster keeps none, which is a gap of the record.
 */
export async function auditSlice(
  cluster: Cluster,
  target: Workload,
  since: string,
  session: Pick<Session, 'client'>,
): Promise<Slice> {
  if (!isAudited(cluster))
    throw new Refused('the cluster sends no audit log: nobody can say who did what in it. Switch on its log "audit"');
  const logs = session.client(CloudWatchLogsClient);
  const asked = {
    logGroupName: auditGroup(target),
    logStreamNamePrefix: streams,
    filterPattern: patternOf(target),
    startTime: Date.parse(since) - margin,
  };
  const until = performance.now() + longest;
  let [text, nextToken]: [string, string | undefined] = ['', undefined];
  do {
    // A page may be empty and still lead to another one (CloudWatch Logs API reference, FilterLogEvents).
    const page = await logs.send(new FilterLogEventsCommand({ ...asked, ...(nextToken && { nextToken }) }));
    text += (page.events ?? []).map(({ message = '' }) => `${message.trimEnd()}\n`).join('');
    ({ nextToken } = page as { nextToken?: string });
    if (nextToken && (text.length > largest || performance.now() > until))
      return { text, cut: `the audit log goes on after ${text.length} bytes: the rest is in ${auditGroup(target)}` };
  } while (nextToken);
  return { text, cut: null };
}

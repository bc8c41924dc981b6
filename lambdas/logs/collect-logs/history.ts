import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Custody } from '../../../lib/domain/custody.ts';
import { type EventQuery, lookups } from '../../iam/event-history.ts';
import { globalRegionOf } from '../../iam/global-region.ts';
import { seal } from '../../runtime/vault.ts';
import type { Context } from './files.ts';
import { type Asked, askedOf, lag, later, reading, type Span } from './plan.ts';

/** Pages of 50 events of each series, and milliseconds for all: two calls a second go to a Region. */
const [mostPages, longest] = [20, 60_000];

/** Ids that a second look is told: what more there is it seals once more, and a timeline takes for one. */
const mostRecent = 200;

/** What CloudTrail's event history had. */
export interface History {
  readonly sealed: Custody[];
  readonly events: number;
  readonly asked: readonly Asked[];
  readonly regions: readonly string[];
  /** What was not read, and why; each with the command that reads it. */
  readonly gaps: readonly { readonly because: string; readonly command: string }[];
  /** Ids of the calls of the last minutes. */
  readonly recent: readonly string[];
  /** Nothing could be read at all: it was forbidden. */
  readonly denied: string | null;
}

export const commandOf = ({ region, key, value, window }: Omit<EventQuery, 'pages'>): string =>
  `aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=${key},AttributeValue='${value}' --start-time ${window.from.toISOString()} --end-time ${window.to.toISOString()}`;

/** One record a line, each as CloudTrail wrote it. */
async function sealRegion(context: Context, region: string, span: Span, records: readonly string[]): Promise<Custody> {
  const { account, partition } = context.target;
  return seal(context, {
    incident: context.run.incident,
    kind: 'audit-logs',
    name: `logs/audit/event-history-${region}${later(span)}.ndjson`,
    source: `arn:${partition}:cloudtrail:${region}:${account}:event-history`,
    account,
    region,
    body: Buffer.from(`${records.join('\n')}\n`),
  });
}

/** The Regions that are read: the incident's own, and where global services are recorded. */
export const homesOf = ({ target }: Context): string[] => [
  ...new Set([target.region, globalRegionOf(target)].filter(Boolean)),
];

/** Takes what CloudTrail's event history has of those whom the incident concerns. */
export async function history(context: Context, span: Span): Promise<History> {
  const { session, target, finding, run } = context;
  const window = reading(span);
  const [asked, regions] = [askedOf(target, finding), homesOf(context)];
  const lookup = lookups({ session, longest, callFrom: (event: Event) => event });
  const series = await Promise.all(
    regions.flatMap((region) =>
      asked.map(async (one) => {
        const query = { region, ...one, window, pages: mostPages };
        return { query, ...(await lookup(query)) };
      }),
    ),
  );
  const sealed: Custody[] = [];
  const recent = new Set<string>();
  const records = new Map<string, Map<string, string>>(regions.map((region) => [region, new Map()]));
  for (const { region, calls } of series)
    for (const { EventId = '', CloudTrailEvent, EventTime } of calls) {
      if (!CloudTrailEvent || span.earlier?.calls.has(EventId)) continue;
      records.get(region)?.set(EventId, CloudTrailEvent);
      if ((EventTime?.getTime() ?? 0) >= window.to.getTime() - lag) recent.add(EventId);
    }
  if (run.mode === 'respond')
    for (const [region, found] of records)
      if (found.size > 0) sealed.push(await sealRegion(context, region, span, [...found.values()]));
  const gaps = series.flatMap(({ query, gaps: missing }) =>
    missing.map(({ because, reason }) => ({ because, reason, command: commandOf(query) })),
  );
  const forbidden = gaps.filter(({ reason }) => /Denied|Unauthorized/.test(reason));
  const events = [...records.values()].reduce((sum, { size }) => sum + size, 0);
  const denied = forbidden.length === series.length ? (forbidden[0]?.because ?? null) : null;
  return { sealed, events, asked, regions, gaps, denied, recent: [...recent].slice(0, mostRecent) };
}

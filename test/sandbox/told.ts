/** What `tourniquet timeline INCIDENT` and `report` tell of a story, read with an operator's rights, and whether it is what happened. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrintedEvent } from '../../lib/timeline/event.ts';
import { launched } from '../console/typed.ts';
import type { Deployment } from './deployment.ts';

/** An event of a story: who did what, and how it ended. */
export interface Expected {
  readonly kind: PrintedEvent['kind'];
  readonly action: RegExp;
  /** Words that its record has, each of them. */
  readonly of: readonly string[];
  readonly outcome: PrintedEvent['outcome'];
}

export interface Told {
  readonly events: readonly PrintedEvent[];
  /** A line a kind of log, and what is missing of it. */
  readonly said: string;
  readonly report: string;
  readonly page: string;
}

/** Reads it as people do: with the command line, from the sealed logs. */
export async function toldBy({ sandbox, operators }: Deployment, incident: string, page: string): Promise<Told> {
  const aws = {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: operators.rosa.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operators.rosa.secretAccessKey,
  };
  const folder = mkdtempSync(join(tmpdir(), 'tourniquet-told-'));
  try {
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ hub: sandbox.accounts.hub, approvers: [], regimes: [] }));
    const timeline = await launched(['timeline', incident, '--config', config, '--json'], aws);
    if (timeline.code !== 0) throw new Error(`The timeline could not be told: ${timeline.stderr}`);
    const report = await launched(['report', incident, '--json'], aws);
    const events = timeline.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PrintedEvent);
    return { events, said: timeline.stderr, report: report.stdout, page: readFileSync(page, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const matches = (event: PrintedEvent, { kind, action, of, outcome }: Expected): boolean =>
  event.kind === kind &&
  action.test(event.action) &&
  event.outcome === outcome &&
  of.every((word) => JSON.stringify(event).includes(word));

/** What the timeline has otherwise than it happened, in words. */
export function wrongInTimeline({ events }: Told, story: readonly Expected[]): string[] {
  const times = events.map(({ time }) => Date.parse(time));
  const wrong = times.some((time, at) => time < (times[at - 1] ?? 0)) ? ['the timeline is not in order of time'] : [];
  let since = 0;
  for (const one of story) {
    // Some logs have whole seconds only.
    const from = Math.floor(since / 1000) * 1000;
    const at = events.findIndex((event, index) => (times[index] ?? 0) >= from && matches(event, one));
    if (at < 0)
      wrong.push(`the timeline does not tell, in its place, ${one.kind} ${one.action.source} of ${one.of.join(', ')}`);
    else since = times[at] ?? since;
  }
  return wrong;
}

/** A gap has to be said where people look: on the page, in the report, and before the timeline. */
export function unsaid({ said, report, page }: Told, gap: string): string[] {
  const words = new RegExp(`${gap}: (gap|not enabled)`);
  const row = new RegExp(`<div>${gap}</div></th>\\s*<td[^>]*><div>[\\s\\S]{0,120}?<bdi>(gap|not enabled)</bdi>`);
  return [
    ...(words.test(said) ? [] : [`the timeline does not say the gap of ${gap}`]),
    ...(words.test(report) ? [] : [`the report does not say the gap of ${gap}`]),
    ...(row.test(page) ? [] : [`the page does not say the gap of ${gap}`]),
  ];
}

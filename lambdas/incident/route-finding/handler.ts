import * as z from 'zod';
import { decoyTripped } from '../../../lib/domain/decoy.ts';
import { Broken } from '../../../lib/domain/errors.ts';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { readFindings } from '../../../lib/domain/finding/read.ts';
import { type Route, routed, verdictOn } from '../../../lib/routing/route.ts';
import { playbooks } from '../../../playbooks/index.ts';
import { config, environment } from '../../runtime/environment.ts';
import { logger, type Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { startRun } from '../../runtime/start-run.ts';
import { seal } from '../../runtime/vault.ts';
import { believe } from '../believe.ts';
import { fitsAsInput, type Event as Narrowed, narrowed, shortened } from './plan.ts';
import { runName } from './run-name.ts';

/** EventBridge's own retries of a failed call are slow, and few. */
const attempts = 3;

/** `redriven` names the dead letter that it was: EventBridge's own events have no such field, and whoever sends one fills the detail alone. */
const Event = z.looseObject({ id: z.string(), detail: z.looseObject({}), redriven: z.string().optional() });
type Event = z.infer<typeof Event>;

/** The event itself; of one about a decoy, or larger than a state machine takes, the finding as it was read, with the whole in the vault. */
async function inputFor(work: Work, event: Narrowed, finding: Finding, { playbook }: Route): Promise<object> {
  // Only here it is known to be about a decoy.
  if (playbook !== decoyTripped && fitsAsInput(event)) return event;
  const { uri, sha256 } = await seal(work, {
    incident: null,
    kind: 'finding',
    name: `${finding.key.replace(/[^\w.-]+/g, '-').slice(0, 120)}.json`,
    source: finding.arn || finding.key,
    account: finding.account ?? '',
    region: finding.region ?? '',
    body: Buffer.from(JSON.stringify(event)),
  });
  return shortened(finding, { uri, sha256: sha256 ?? '' });
}

/** Takes each finding of an event to its playbook. What is only a weakness, a sample or put aside starts nothing. */
export async function dispatch(work: Work, event: Event) {
  const readings = readFindings(event);
  const started: { key: string; playbook: string; run: string }[] = [];
  for (const [at, reading] of readings.entries()) {
    if ('unreadable' in reading) continue;
    const belief = believe(reading.finding, event);
    if ('doubted' in belief) continue;
    const { finding, ...chosen } = routed(playbooks, belief.finding, config());
    const verdict = verdictOn(finding, chosen, environment('NAME'));
    logger.info('Routed', { key: finding.key, ...chosen, ...verdict });
    // Advice is given by the playbook; a weakness is none of ours.
    if (verdict.outcome === 'ignore' || (verdict.outcome === 'observe' && finding.nature === 'weakness')) continue;
    const name = runName(event, finding);
    await startRun(work, chosen.playbook, name, await inputFor(work, narrowed(event, at), finding, chosen));
    started.push({ key: finding.key, playbook: chosen.playbook, run: name });
  }
  const unreadable = readings.flatMap((reading) => ('unreadable' in reading ? [reading.unreadable] : []));
  // Not before the others are on their way. Lambda tries again, then the event lies with the dead letters.
  if (unreadable.length > 0) throw new Broken(`Tourniquet cannot read this event: ${unreadable.join('; ')}`);
  return { outcome: started.length > 0 ? 'started' : 'nothing to start', started };
}

export const handler = serveEntrance(async (event, work) => dispatch(work, Event.parse(event)), attempts);

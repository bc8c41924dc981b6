import * as z from 'zod';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { atLeast } from '../../../lib/domain/severity.ts';
import { typesOf } from '../../../lib/domain/threat.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { incidentItem, partitionOf, type StoredIncident } from '../../../lib/items/incident.ts';
import { type Stored, storedOf, threadIn } from '../../approval/approvals.ts';
import { edit, tell } from '../../runtime/channels.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { Opened } from '../opened.ts';
import { adviceMessage, alsoLine, raisedLine, raisedMessage, stillAsked, widenedMessage } from './message.ts';

const Input = z.object({ opened: Opened });

/** What the incident has asked, and what it is about by now. */
async function recordOf({ table }: Work, incident: string) {
  const read = (prefix: string) => table.query(partitionOf(incident), prefix);
  const [asked, records] = await Promise.all([read(approvalItem.prefix), read(incidentItem.prefix)]);
  const [meta = null] = incidentItem.all(records);
  return { approvals: approvalItem.all(asked), meta };
}

/** The question on the screen says what has changed since; who comes to it later must not decide on an old picture. */
async function mend(work: Work, questions: readonly Stored[], meta: StoredIncident | null, raised: string[]) {
  const edits = questions.flatMap(({ approval, posted, messages }) => {
    const [, ...more] = typesOf(meta?.threats[approval.run]);
    const lines = [...raised, ...(more.length > 0 ? [alsoLine(more)] : [])];
    return posted ? messages.map((ref) => edit(work, ref, stillAsked(posted, lines))) : [];
  });
  await Promise.all(edits);
}

/** A rise is no news in the night where nobody is asked anything. */
const wakes = ({ severity }: Finding, open: readonly string[]) =>
  open.length > 0 && atLeast(severity, 'high') ? { wakes: 'on call and pagers' as const } : {};

async function inform(work: Work, { outcome, because, finding, run }: Opened): Promise<void> {
  if (!finding) return;
  if (outcome === 'advised' || !run) {
    await tell(work, adviceMessage(finding, because));
    return;
  }
  const { approvals, meta } = await recordOf(work, run.incident);
  const questions = approvals.filter(({ state }) => state === 'PENDING').map(storedOf);
  const answers = questions.map(({ approval }) => approval.id);
  await mend(work, questions, meta, outcome === 'raised' ? [raisedLine(finding)] : []);
  if (outcome === 'raised')
    await tell(work, raisedMessage(finding, because, answers), { incident: run.incident, ...wakes(finding, answers) });
  else
    await tell(work, widenedMessage(finding, because, answers), {
      thread: threadIn(approvals),
      incident: run.incident,
    });
}

export const handler = serveEntrance(async (input, work) => {
  const { opened } = Input.parse(input);
  await inform(work, opened);
  return { outcome: 'told' };
});

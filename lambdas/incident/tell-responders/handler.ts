import * as z from 'zod';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { approvalItem } from '../../../lib/items/approval.ts';
import { partitionOf } from '../../../lib/items/incident.ts';
import { type Stored, storedOf } from '../../approval/approvals.ts';
import { edit, tell } from '../../runtime/channels.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { Opened } from '../opened.ts';
import { adviceMessage, raisedMessage, stillAsked } from './message.ts';

const Input = z.object({ opened: Opened });

/** Questions of the incident that still wait for an answer. */
async function waiting(work: Work, incident: string): Promise<Stored[]> {
  const items = await work.table.query(partitionOf(incident), approvalItem.prefix);
  return approvalItem
    .all(items)
    .map(storedOf)
    .filter(({ approval }) => approval.state === 'PENDING');
}

/** The question on the screen says how bad it is by now; who comes to it later must not decide on an old picture. */
async function raiseQuestions(work: Work, questions: readonly Stored[], finding: Finding): Promise<void> {
  const edits = questions.flatMap(({ posted, messages }) =>
    posted ? messages.map((ref) => edit(work, ref, stillAsked(posted, finding))) : [],
  );
  await Promise.all(edits);
}

async function inform(work: Work, { outcome, because, finding, run }: Opened): Promise<void> {
  if (!finding) return;
  if (outcome === 'advised') {
    await tell(work, adviceMessage(finding, because));
    return;
  }
  const questions = run ? await waiting(work, run.incident) : [];
  await raiseQuestions(work, questions, finding);
  const answers = questions.map(({ approval }) => approval.id);
  await tell(work, raisedMessage(finding, because, answers));
}

export const handler = serveEntrance(async (input, work) => {
  const { opened } = Input.parse(input);
  await inform(work, opened);
  return { outcome: 'told' };
});

import type { CustodyRecord } from '../../../lib/record/custody.ts';
import type { Incident } from '../../../lib/record/incident.ts';
import { type FromLogs, notRead } from '../../../lib/record/page/from-logs.ts';
import { legible } from '../../../lib/record/page/legible.ts';
import { IncidentSections } from '../../../lib/timeline/output/incident-sections.ts';
import type { Deployment } from '../deployment.ts';
import { explain } from '../trouble.ts';
import { always } from './filters.ts';
import { say, withFetched, wrongWith } from './incident.ts';
import type { Logs } from './logs.ts';
import { oursIn } from './ours.ts';
import { using, wanted } from './run.ts';
import { sealedLogs } from './sealed-logs.ts';

/** Which sealed logs a page is made from; `some` are those that are read in seconds. */
export const whichLogs = ['some', 'all', 'none'] as const;
export type WhichLogs = (typeof whichLogs)[number];

/** Bytes as they are sealed, packed mostly: some hundred thousand events, which take about ten seconds. */
const mostBytes = 16_000_000;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const counted = (logs: readonly CustodyRecord[]): string =>
  `${logs.length === 1 ? 'one sealed log' : `${logs.length} sealed logs`}, ${megabytes(bytesOf(logs))}`;
const bytesOf = (logs: readonly CustodyRecord[]): number => logs.reduce((sum, { size }) => sum + (size ?? 0), 0);

/** Why the logs are not read, and how they would be; null where they are. */
function unread({ incident }: Incident, logs: readonly CustodyRecord[], which: WhichLogs) {
  if (logs.length === 0) return { because: 'No logs of this incident are sealed.', command: null };
  const command = `incident ${incident} --page FILE --logs all`;
  const all = counted(logs);
  if (which === 'none') return { because: `This page was made without the logs: ${all}.`, command };
  if (which === 'all' || bytesOf(logs) <= mostBytes) return null;
  return { because: `This page leaves out ${all}: more than it reads unless it is asked to.`, command };
}

async function told(found: Incident, logs: Logs, notes: readonly string[]): Promise<FromLogs> {
  const sections = new IncidentSections(found.incident, logs);
  const ours = await oursIn(null, logs.sessions);
  const sum = await using({ logs, span: always, ours }, async (timeline) => {
    for (const event of wanted(timeline, { identity: null, explain: false, threads: true })) sections.add(event);
    return timeline.sum;
  });
  const lines = sum.unreadable > 0 ? [`${sum.unreadable} lines or files in them could not be read.`] : [];
  return sections.end([...notes, ...lines]);
}

/** What a page has from the logs, and what is wrong with that where somebody asked for all of them. */
export interface PageLogs {
  readonly logs: FromLogs;
  readonly failed: string | null;
}

async function read(deployment: Deployment, found: Incident, artefacts: readonly CustodyRecord[]): Promise<PageLogs> {
  return withFetched(deployment, found, artefacts, async (logs, faults) => {
    const wrong = wrongWith(found, artefacts.length, logs.lost);
    const command = `timeline ${found.incident} --format page`;
    if (logs.files.length === 0)
      return { logs: notRead({ because: legible(`${wrong} ${faults[0]}`), command }), failed: wrong };
    return { logs: await told(found, logs, wrong ? [wrong, ...faults] : []), failed: wrong };
  });
}

/** Reads the sealed logs of an incident for its page. What cannot be had is said on it, and hinders nothing else that it tells. */
export async function logsForPage(deployment: Deployment, found: Incident, which: WhichLogs): Promise<PageLogs> {
  const artefacts = sealedLogs(found.evidence);
  const left = unread(found, artefacts, which);
  if (left) return { logs: notRead(left), failed: null };
  say(`Reading ${counted(artefacts)}; --logs none leaves them out.`);
  try {
    const { logs, failed } = await read(deployment, found, artefacts);
    return { logs, failed: which === 'all' ? failed : null };
  } catch (error) {
    const because = `The sealed logs could not be read: ${explain(error)}`;
    say(because);
    const command = `timeline ${found.incident} --format page`;
    return { logs: notRead({ because: legible(because), command }), failed: which === 'all' ? because : null };
  }
}

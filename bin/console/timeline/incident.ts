import { rowSentence } from '../../../lib/domain/logs.ts';
import { sessionName } from '../../../lib/domain/session-name.ts';
import type { CustodyRecord } from '../../../lib/record/custody.ts';
import type { Incident } from '../../../lib/record/incident.ts';
import { PrivateFolder } from '../../../lib/timeline/sort/private-folder.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { readIncident } from '../incident-read.ts';
import { oneLine } from '../one-line.ts';
import { vaultOf } from '../vault-versions.ts';
import type { Answer } from '../verb.ts';
import type { Logs } from './logs.ts';
import { fetchLogs, sealedLogs } from './sealed-logs.ts';

/** Characters of a line. */
const longest = 1000;
/** A line on standard error. */
export const say = (text: string): void => console.error(oneLine(`tourniquet: ${text}`, longest));

/** What there is of each kind of logs: the newest table about each target. */
function rowsOf({ logs }: Incident): string[] {
  const newest = [...new Map(logs.map((table) => [table.of, table])).values()];
  if (newest.length === 0) return ['Nobody has looked which of the seven kinds of logs there are.'];
  const about = (of: string): string => (newest.length > 1 ? `${of}: ` : '');
  return newest.flatMap(({ of, rows }) => rows.map((row) => `${about(of)}${rowSentence(row)}`));
}

/** The sessions in which runs of an incident act. */
export const sessionsOf = ({
  threats,
  steps,
  evidence,
}: Pick<Incident, 'threats' | 'steps' | 'evidence'>): Set<string> =>
  new Set([...threats.runs, ...steps, ...evidence].flatMap(({ run }) => (run === null ? [] : [sessionName(run)])));

/** Nothing can be told: exit code 2. */
const nothing = (why: string, lost: number): Answer => ({
  data: [],
  text: '',
  next: 'timeline --help',
  failures: [why],
  sum: { read: 0, events: 0, merged: 0, unreadable: lost },
});

/** What is wrong with what was told; null where nothing is. */
export function wrongWith({ incident, ledger }: Incident, all: number, lost: number): string | null {
  const wrong = [
    ...(lost > 0 ? [`Of ${all} sealed logs of ${incident} ${lost} were not read.`] : []),
    ...(ledger.intact ? [] : [`The ledger of ${incident} is broken, so its hashes prove nothing: ${ledger.because}.`]),
  ];
  return wrong.join(' ') || null;
}

/** Fetches sealed logs into a private folder, which goes at every end, and lets somebody read them there. `faults` name those that are not. */
export async function withFetched<T>(
  deployment: Deployment,
  found: Incident,
  artefacts: readonly CustodyRecord[],
  read: (logs: Logs, faults: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = new PrivateFolder();
  try {
    const { names, faults } = await fetchLogs(vaultOf(deployment), artefacts, folder.path);
    for (const fault of faults) say(fault);
    const logs = {
      files: [...names.keys()],
      nameOf: (file: string): string => names.get(file) ?? file,
      sessions: sessionsOf(found),
      findings: found.findings,
      claims: found.said.map(({ claim }) => claim),
      lost: faults.length,
    };
    return await read(logs, faults);
  } finally {
    folder.remove();
  }
}

/** Tells of the sealed logs of an incident. */
export async function withSealedLogs(
  incident: string,
  stack: string,
  tell: (logs: Logs) => Promise<Answer>,
): Promise<Answer> {
  const deployment = await findDeployment(stack);
  const found = await readIncident(deployment, incident);
  for (const row of rowsOf(found)) say(row);
  const artefacts = sealedLogs(found.evidence);
  if (artefacts.length === 0) return nothing(`No logs of ${incident} are sealed: there is nothing to tell.`, 0);
  return withFetched(deployment, found, artefacts, async (logs) => {
    const { lost } = logs;
    if (logs.files.length === 0) return nothing(`None of ${lost} sealed logs of ${incident} could be read.`, lost);
    const answer = await tell(logs);
    const failed = wrongWith(found, artefacts.length, lost);
    return failed ? { ...answer, failed } : answer;
  });
}

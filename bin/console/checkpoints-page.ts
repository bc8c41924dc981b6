import type { CheckpointVerdict } from '../../lib/record/checkpoint/verdict.ts';
import { harmless, heading, paint, when } from './paint.ts';

/** Whether somebody named the key that has to have signed. */
type Pinned = 'pinned' | 'not pinned';

const comparedWith = ({ ledgers }: CheckpointVerdict, where: string): string =>
  ledgers === 0
    ? 'No ledger was compared: name exports, or run it against the deployment.'
    : `${ledgers} ledgers ${where} were compared: none was removed, shortened, changed or backdated.`;

function keyLine({ key }: CheckpointVerdict, pinned: Pinned): string {
  if (pinned === 'pinned') return `Signed by key ${key}, as expected.`;
  return `Signed by key ${key}. Compare it with the fingerprint the organisation published: forged checkpoints signed with another key pass every other check.`;
}

function stampLine({ stamped }: CheckpointVerdict): string {
  if (!stamped) return 'No time-stamp: the times come only from the machines that wrote them.';
  const { checkpoint, at, authority } = stamped;
  return `Checkpoint ${checkpoint} and all before it existed at ${when(at)}, stamped by ${harmless(authority)}.`;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${harmless(line)}`).join('\n');

/** What checking checkpoints found, for people. `where` says where the ledgers were. */
export function checkpointsPage(verdict: CheckpointVerdict, pinned: Pinned, where: string): string {
  const { ok, checkpoints, first, last, incidents, size, root, removed, faults, notes } = verdict;
  const head = ok
    ? `${paint('green', '✓')} ${heading(`${checkpoints} checkpoints hold`)}`
    : `${paint('red', '✗')} ${heading(`${faults.length} FAULTS`)}`;
  const span =
    first && last ? `Checkpoints ${first.number} (${when(first.at)}) to ${last.number} (${when(last.at)}).` : '';
  const counted = `${incidents} incidents, ${size} ledger heads, root ${root ?? 'unknown'}.`;
  const good = [span, counted, comparedWith(verdict, where), keyLine(verdict, pinned), stampLine(verdict)];
  const body = ok ? good.join('\n') : list(faults.map(({ kind, what }) => `${kind}: ${what}`));
  const left = removed.map(({ incident, at, by, second, reason, checkpoint }) => {
    const who = second ? `${by} and ${second}` : by;
    return `${incident}, ${when(at)}, by ${who}: ${reason} (checkpoint ${checkpoint})`;
  });
  const gone = left.length > 0 ? [`Left the table, and may be missing:\n${list(left)}`] : [];
  return [head, body, ...gone, ...(notes.length > 0 ? [`Not checked:\n${list(notes)}`] : [])].join('\n\n');
}

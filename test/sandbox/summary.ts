import { styleText } from 'node:util';
import { table } from 'table';
import type { Story } from './judgement.ts';
import type { EvidenceSeen, InterfaceSeen } from './readback.ts';

const paint = (format: 'bold' | 'green' | 'red' | 'dim', text: string): string =>
  styleText(format, text, { stream: process.stdout });
const word = (attempt: string): string => paint(attempt === 'allowed' ? 'red' : 'green', attempt);

const face = ({ groups, address }: InterfaceSeen): string => `${groups.join('\n')}\n${address ?? 'no public address'}`;

/** What to show of an evidence item: kind, where, hash. */
const evidenceLine = ({ kind, uri, sha256, matches }: EvidenceSeen): string =>
  `  ${matches ? paint('green', '✓') : paint('red', '✗')} ${kind.padEnd(18)} ${sha256 ? sha256.slice(0, 16) : 'snapshot, locked'}  ${paint('dim', uri)}`;

function interfaces(story: Story): string {
  if (story.interfaces.length === 0) return '';
  const rows = story.interfaces.map(({ id, before, during, after, isolation }) => [
    id,
    face(before),
    face(during),
    face(after),
    isolation,
  ]);
  return table([['interface', 'before', 'contained', 'released', 'read back as'], ...rows]);
}

function attacks(story: Story): string {
  const rows = story.attacks.map(({ who, what, before, during, after }) => [
    `${who}\n${what}`,
    word(before),
    who.startsWith('thief') ? word(during) : during,
    before === after ? after : word(after),
  ]);
  return table([['who really tried', 'before', 'contained', 'released'], ...rows]);
}

/** The last page of the demo, for people. */
export function summary(story: Story): string {
  const { seconds, approval, ledger } = story;
  const due = story.obligations.map(({ regime, dueAt }) => `  ${regime} due ${dueAt}`);
  return [
    '',
    paint('bold', `${story.incident}: ${story.ok ? 'contained, proven, and put back' : 'NOT AS PROMISED'}`),
    interfaces(story),
    attacks(story),
    paint('bold', 'Evidence in the vault, hashes recomputed from what lies there'),
    ...story.evidence.map(evidenceLine),
    '',
    paint('bold', 'Report task'),
    ...due,
    '',
    `${paint('bold', 'Approval')}  ${approval.decision} by ${approval.by} at ${approval.at}`,
    `${paint('bold', 'Ledger')}    ${ledger.entries} entries, chain ${ledger.intact ? 'intact' : 'BROKEN'}`,
    `${paint('bold', 'Export')}    ${story.export.verified ? 'verified offline' : 'NOT VERIFIED'}: ${story.export.path}`,
    `${paint('bold', 'Page')}      ${story.export.page}`,
    `${paint('bold', 'Release')}   ${story.release.diff.length === 0 ? 'nothing differs from before' : story.release.diff.join('; ')}`,
    `${paint('bold', 'Seconds')}   ${seconds.findingToQuestion.toFixed(2)} from finding to question, ${seconds.clickToVerified.toFixed(2)} from click to verified`,
    `${paint('bold', 'Counted')}   ${story.awaitedCallsBeforeContainment} AWS calls awaited in a row before the containing one, ${story.transitions} transitions`,
    ...story.wrong.map((what) => paint('red', `✗ ${what}`)),
    '',
    'Next: npm run sandbox keeps it up to play with; CONTRIBUTING.md shows how to add a step or a playbook.',
    '',
  ].join('\n');
}

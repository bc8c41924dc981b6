import type { Finding } from '../../../lib/domain/finding/finding.ts';
import {
  commanding,
  context,
  escaped,
  header,
  list,
  type Message,
  type Posted,
  section,
} from '../../runtime/blocks.ts';

const where = ({ targets: [first], account, region }: Finding): string =>
  `${first ? `${first.kind} ${first.id}` : 'no resource named'}, account ${account ?? 'unknown'}, ${region ?? 'no Region'}`;

const what = (finding: Finding): string =>
  `*What* ${escaped(finding.title || finding.type)} (${escaped(finding.type)})\n*Where* ${escaped(where(finding))}`;

/** What helps against attempts from outside, by the kind of resource they are made at. */
function adviceFor({ type }: Finding): string[] {
  if (type.includes(':RDS/'))
    return [
      'Make the database unreachable from the internet: no public access, a security group that names its clients.',
      'Look for a successful log-in from the same address.',
    ];
  return [
    'Close the port in the security group, or allow only your own addresses.',
    'Use Session Manager instead of SSH or RDP from outside.',
    'Look for a successful log-in from the same address.',
  ];
}

/** An attempt from outside: nothing was opened and nothing is changed. */
export function adviceMessage(finding: Finding, because: string): Message {
  const first = finding.targets[0]?.id ?? 'a resource';
  const head = `⚪️ Attack attempt from outside: ${first}`;
  const from = finding.remotes.slice(0, 10).map(escaped);
  return {
    text: `${head}: ${finding.type}. Nothing was changed.`,
    blocks: [
      header(head),
      section(what(finding)),
      ...list('From', from),
      ...list('What helps', adviceFor(finding)),
      context(`${escaped(because)}. No incident was opened, nothing was changed.`),
    ],
  };
}

const loud = (finding: Finding): string => finding.severity?.toUpperCase() ?? 'UNKNOWN';

/** An open incident has grown worse. */
export function raisedMessage(finding: Finding, because: string, questions: readonly string[]): Message {
  const head = `🔴 Severity raised to ${loud(finding)}: ${finding.targets[0]?.id ?? finding.type}`;
  const answers = questions.map((id) => `tourniquet approve ${id}`);
  return {
    text: `${head}: ${because}.${answers.length > 0 ? ' Its question is still open.' : ''}`,
    blocks: [
      header(head),
      section(what(finding)),
      ...list(
        'Its question is still open; answer it above, or',
        answers.map((line) => `\`${line}\``),
      ),
      context(escaped(because)),
    ],
  };
}

/** An open incident has one more type of finding, or a call more to undo, and what was asked and answered covers it. */
export function widenedMessage(finding: Finding, because: string, questions: readonly string[]): Message {
  const { mend } = finding;
  const head = `➕ One more ${mend ? 'call to undo' : 'type of finding'}: ${finding.targets[0]?.id ?? finding.type}`;
  return {
    text: `${head}: ${finding.type}. ${because}.`,
    blocks: [
      header(head),
      section(what(finding)),
      ...list('Undo the call', mend ? [commanding(mend)] : []),
      ...list(
        'A question is still open; answer it above, or',
        questions.map((id) => `\`tourniquet approve ${id}\``),
      ),
      context(escaped(because)),
    ],
  };
}

export const raisedLine = (finding: Finding): string =>
  `⚠️ *Severity raised to ${loud(finding)}:* ${escaped(finding.type)}`;
export const alsoLine = (types: readonly string[]): string => `➕ *Also about:* ${types.map(escaped).join(', ')}`;

/** The question as it stands, with what has changed since on top. */
export const stillAsked = ({ text, blocks }: Posted, lines: readonly string[]): Posted => ({
  text,
  blocks: [...blocks.slice(0, 1), ...lines.map(section), ...blocks.slice(1)],
});

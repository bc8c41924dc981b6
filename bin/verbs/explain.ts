import { Argument, Option } from 'commander';
import { everybody, reading } from '../console/calls.ts';
import type { Explanation, Open, Unexplained } from '../console/explanation.ts';
import { type Answer, stack, type Verb } from '../console/verb.ts';

/** A type may hold an & or a !, and a name anything: whoever copies the line runs nothing else. */
const quoted = (word: string): string => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Characters of a line about an operand. */
const longest = 500;

async function explainedOperand(operand: string, open?: Open): Promise<(Explanation | Unexplained)[]> {
  const { inputOf } = await import('../console/input.ts');
  const { explainedIn } = await import('../console/explanation.ts');
  const { explainedType, looksLikeType } = await import('../console/explained-type.ts');
  const { playbooks } = await import('../../playbooks/index.ts');
  const input = await inputOf(operand);
  if ('documents' in input) return input.documents.flatMap((document) => explainedIn(playbooks, document, open));
  if ('error' in input) return [{ at: operand, error: input.error }];
  if (looksLikeType(operand)) return [explainedType(playbooks, operand)];
  const error =
    'There is no such file, and a finding type reads Purpose:Resource/Name, as CryptoCurrency:EC2/BitcoinTool.B.';
  return [{ at: operand, error }];
}

/** What comes of findings while this incident is open. */
async function openIncident(name: string, stack: string): Promise<Open> {
  const { given, incidentNamed } = await import('../console/given-incident.ts');
  const { playbooks } = await import('../../playbooks/index.ts');
  const found = await incidentNamed(name, stack);
  const now = new Date().toISOString();
  const bookOf = (name: string) => playbooks.find((one) => one.name === name);
  return (finding, playbook) => given(found, finding, bookOf(playbook), now);
}

function nextAbout(operands: readonly string[], explained: readonly Explanation[], most: number): string {
  if (explained.length > most) return `explain ${operands.length > 3 ? '…' : operands.map(quoted).join(' ')} --json`;
  const slip = explained.find(({ didYouMean }) => didYouMean)?.didYouMean;
  if (slip) return `explain ${quoted(slip)}`;
  return explained.some(({ outcome }) => outcome === 'respond') ? 'mode' : 'incidents';
}

export default {
  name: 'explain',
  summary: 'show what a finding or a finding type would do, and why; needs no AWS, but for --incident with an id',
  operands: [
    new Argument('<file-or-type...>', 'findings in JSON or JSON Lines, - for standard input; or a finding type'),
  ],
  options: [
    new Option(
      '--incident <id-or-file>',
      'what comes of it while this incident is open: its id, or a file that `incident --json` wrote',
    ),
    stack,
  ],
  calls: everybody(reading),
  examples: ['explain finding.json --json', 'explain finding.json --incident inc-0123456789ab'],

  async suggest(typed) {
    const { filesBeginning } = await import('../console/files.ts');
    return filesBeginning(typed);
  },

  async run({ operands, options: { incident, stack = '' } }): Promise<Answer> {
    const { explanationPage, mostPages } = await import('../console/explanation-page.ts');
    const { oneLine } = await import('../console/one-line.ts');
    const { playbooks } = await import('../../playbooks/index.ts');
    const open = incident === undefined ? undefined : await openIncident(incident, stack);
    const found: (Explanation | Unexplained)[][] = [];
    for (const operand of operands) found.push(await explainedOperand(operand, open));
    const data = found.flat();
    const explained = data.filter((one) => 'finding' in one);
    return {
      data,
      text: explained.length > 0 ? await explanationPage(playbooks, explained) : '',
      next: oneLine(nextAbout(operands, explained, mostPages), longest),
      failures: data.filter((one) => 'error' in one).map(({ at, error }) => oneLine(`${at}: ${error}`, longest)),
    };
  },
} satisfies Verb;

import { columns, dim, harmless, heading, paint } from '../console/paint.ts';
import type { Level, Patient } from './check.ts';
import type { Line } from './examine.ts';

const width = 80;

const colours = { ok: 'green', warn: 'yellow', fail: 'red', 'not-proven': 'cyan' } as const;
const mark = (level: Level): string => paint(colours[level], level);

/** Words in lines that fit; a word that is longer than a line keeps one of its own. */
export function wrapped(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && indent + last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

const place = ({ account, region, about }: Line): string =>
  about === 'region' ? `Account ${account}, ${region}` : `Account ${account}`;
const sections = { people: 'Can people be reached', hub: 'The hub' };
const sectionOf = (line: Line): string =>
  line.about === 'people' || line.about === 'hub' ? sections[line.about] : place(line);

/** Beside a mark and an indent. */
const room = width - 14;

/** What is true where it is, else what is not: a sentence that holds when all is well would say the contrary of its mark. */
function told({ level, title, check, answer }: Line): string {
  const words = level === 'ok' ? title : `${check}: ${answer.replaceAll(/\s+/g, ' ')}`;
  return words.length > room ? `${words.slice(0, room - 1)}…` : words;
}

async function section([title, lines]: readonly [string, readonly Line[]]): Promise<string> {
  const rows = lines.map((one) => [mark(one.level), told(one)]);
  return `${heading(title)}\n${await columns(rows, '  ')}`;
}

const indent = 12;
const entry = (name: string, value: string): string => `  ${dim(name.padEnd(indent - 2))}${value}`;

/** All that is known of what is not well. Commands are never broken: they are copied. */
function detail(line: Line): string {
  const { level, check, account, region, asked, answer, role, action, mend } = line;
  return [
    `${mark(level)} ${heading(check)} in ${account} ${region}`,
    entry('asked', wrapped(asked.join(', '), indent)),
    entry('answer', wrapped(answer, indent)),
    entry('concerns', wrapped(`${role}, ${action}`, indent)),
    ...mend.map((command) => entry('mend', command)),
  ].join('\n');
}

const levels: readonly Level[] = ['fail', 'warn', 'not-proven', 'ok'];

/** `1 fail, 2 warn, 40 ok`. */
export function counted(lines: readonly Line[]): string {
  const counts = levels.map((level) => ({ level, count: lines.filter((one) => one.level === level).length }));
  return counts.flatMap(({ level, count }) => (count > 0 ? [`${count} ${level}`] : [])).join(', ');
}

/** The table for people, and below it each thing that is not well, the worst first. */
export async function page({ config, home }: Patient, unsafe: readonly Line[], proofs: number): Promise<string> {
  const lines = harmless(unsafe);
  const bySection = [...Map.groupBy(lines, sectionOf)];
  const bad = levels.flatMap((level) => lines.filter((one) => one.level === level && level !== 'ok'));
  return [
    `${heading(config.name)}: hub ${home.account}, ${home.region}`,
    ...(await Promise.all(bySection.map(section))),
    ...bad.map(detail),
    counted(lines),
    ...(proofs > 0
      ? [wrapped(`Reading cannot prove ${proofs} more things: doctor --only not-proven lists them.`, 0)]
      : []),
  ].join('\n\n');
}

/** Draws a run of the demo as the picture of the README: `npm run -s demo 2>&1 | node test/sandbox/picture.ts > docs/demo.svg`. */
import { readFileSync } from 'node:fs';

const size = { line: 17, char: 7.8, margin: 22, bar: 34 };
const colours = { paper: '#14181f', ink: '#d7dde6', dim: '#8592a6', good: '#5fd38d', bad: '#ff7a76', head: '#ffffff' };

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Words that carry the story get a colour; so do the time column and headings. */
function painted(line: string): string {
  const harm = line.includes('thief') ? /\ballowed\b|✗/g : /✗/g;
  const [, time = '', rest = line] = /^(\s+[\d.]+ s)(\s+.*)$/.exec(line) ?? [];
  const words = escaped(rest)
    .replace(/\b(denied|isolated|intact|APPROVED)\b|✓/g, `<tspan fill="${colours.good}">$&</tspan>`)
    .replace(harm, `<tspan fill="${colours.bad}">$&</tspan>`);
  return `<tspan fill="${colours.dim}">${escaped(time)}</tspan>${words}`;
}

const isHeading = (line: string): boolean => /^[A-Z0-9a-z]/.test(line) && !/^(Next|Seconds|Counted)/.test(line);

function draw(lines: readonly string[]): string {
  const width = Math.max(...lines.map((line) => line.length)) * size.char + 2 * size.margin;
  const height = lines.length * size.line + size.bar + size.margin;
  const rows = lines.map((line, index) => {
    const y = size.bar + (index + 1) * size.line;
    const heading = isHeading(line) ? ` fill="${colours.head}" font-weight="bold"` : '';
    return `<text x="${size.margin}" y="${y}" xml:space="preserve"${heading}>${painted(line)}</text>`;
  });
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${22 + index * 18}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">A run of npm run demo: each step with its time, and what was read back</title>',
    `<rect width="100%" height="100%" rx="10" fill="${colours.paper}"/>`,
    ...lights,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="${colours.ink}">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** What a reader of the README need not see: where things lay on one machine, and the second half of each evidence path. */
const shown = readFileSync(0, 'utf8')
  .split('\n')
  .filter(
    (line) => !/^\s+sandbox:|^Next:|http:\/\/127|deploying the app with|Is there something|s {2}Respond$/.test(line),
  )
  .map((line) => line.replace(/\s+(s3:\/\/|arn:aws:ec2)\S+/, '').trimEnd())
  .filter((line, index, all) => line !== '' || all[index - 1] !== '');

process.stdout.write(draw(['$ npm run demo', ...shown]));

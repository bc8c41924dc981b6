// Slack's mrkdwn to HTML. Everything goes through hono's html tag, which escapes: hostile text stays text.
import { html } from 'hono/html';
import type { Text } from './limits.ts';

export type Html = ReturnType<typeof html>;
export type Names = { person: (id: string) => string; channel: (id: string) => string };

// prettier-ignore
const emoji: Record<string, string> = {
  warning: '⚠️',
  rotating_light: '🚨',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  no_entry: '⛔',
  octagonal_sign: '🛑',
  lock: '🔒',
  unlock: '🔓',
  key: '🔑',
  shield: '🛡️',
  mag: '🔍',
  eyes: '👀',
  bell: '🔔',
  memo: '📝',
  scroll: '📜',
  camera: '📷',
  camera_with_flash: '📸',
  floppy_disk: '💾',
  package: '📦',
  pushpin: '📌',
  link: '🔗',
  fire: '🔥',
  stopwatch: '⏱️',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  alarm_clock: '⏰',
  red_circle: '🔴',
  large_red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_green_circle: '🟢',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  information_source: 'ℹ️',
  question: '❓',
  arrow_right: '➡️',
  leftwards_arrow_with_hook: '↩️',
  rewind: '⏪',
  raised_hand: '✋',
  adhesive_bandage: '🩹',
  test_tube: '🧪',
  bust_in_silhouette: '👤',
  busts_in_silhouette: '👥',
  arrows_counterclockwise: '🔄',
  tada: '🎉',
  thumbsup: '👍',
  '+1': '👍',
  thumbsdown: '👎',
  '-1': '👎',
  point_right: '👉',
  robot_face: '🤖',
  gear: '⚙️',
  sos: '🆘',
};

/** Slack wants these three written as entities; a message's text therefore holds them. */
const decoded = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function shortcode(name: string, original: string): Html | string {
  const sign = Object.hasOwn(emoji, name) ? emoji[name] : undefined;
  const label = name.replaceAll('_', ' ');
  return sign
    ? html`<span class="emoji" role="img" aria-label="${label}" title="${original}">${sign}</span>`
    : original;
}

/** Every piece the pattern finds goes through `piece`; what lies between is text. */
function pieces(text: string, pattern: RegExp, piece: (match: RegExpExecArray) => Html | string): (Html | string)[] {
  const out: (Html | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    out.push(decoded(text.slice(end, match.index)), piece(match));
    end = match.index + match[0].length;
  }
  return [...out, decoded(text.slice(end))];
}

export const plainText = (text: string): Html =>
  html`${pieces(text, /:([a-z0-9_+-]+):/g, ([all, name = '']) => shortcode(name, all))}`;

function date(seconds: number, format: string): string {
  const at = new Date(seconds * 1000);
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return format
    .replace(/\{date[a-z_]*\}/g, day)
    .replaceAll('{time_secs}', at.toLocaleTimeString('en-GB'))
    .replaceAll('{time}', time);
}

function special(inner: string, label: string): Html {
  const [command = '', seconds = '', format = ''] = inner.split('^');
  if (command === '!date' && Number.isFinite(Number(seconds))) {
    const iso = new Date(Number(seconds) * 1000).toISOString();
    return html`<time datetime="${iso}" title="${iso}">${date(Number(seconds), format) || label}</time>`;
  }
  return html`<span class="mention">@${command.slice(1).replace(/^subteam$/, label || 'group')}</span>`;
}

function angled(content: string, names: Names): Html | string {
  const [target = '', label = ''] = content.split(/\|(.*)/s);
  if (target.startsWith('@')) return html`<span class="mention">@${names.person(target.slice(1))}</span>`;
  if (target.startsWith('#')) return html`<span class="mention">#${names.channel(target.slice(1))}</span>`;
  if (target.startsWith('!')) return special(target, label);
  // Only these: a javascript: link in a finding's text must not become something to click.
  if (/^(https?:\/\/|mailto:)/.test(target))
    return html`<a href="${decoded(target)}" rel="noreferrer nofollow" target="_blank">${decoded(label || target)}</a>`;
  return decoded(`<${content}>`);
}

const inlinePattern =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(\S|\S[^*\n]*?\S)\*(?![\w*])|(?<!\w)_(\S|\S[^\n]*?[^\s_])_(?!\w)|(?<![\w~])~(\S|\S[^~\n]*?\S)~(?![\w~])|:([a-z0-9_+-]+):/g;

function inline(text: string, names: Names): Html {
  const piece = ([all, code, angle, bold, italic, strike, name]: RegExpExecArray): Html | string => {
    if (code) return html`<code>${decoded(code)}</code>`;
    if (angle) return angled(angle, names);
    if (bold) return html`<strong>${inline(bold, names)}</strong>`;
    if (italic) return html`<em>${inline(italic, names)}</em>`;
    if (strike) return html`<s>${inline(strike, names)}</s>`;
    return shortcode(name ?? '', all);
  };
  return html`${pieces(text, inlinePattern, piece)}`;
}

type Line = { kind: 'bullet' | 'number' | 'quote' | 'text'; text: string; at?: string };

function read(line: string): Line {
  const bullet = /^\s*[•◦-]\s+(.*)$/.exec(line);
  if (bullet) return { kind: 'bullet', text: bullet[1] ?? '' };
  const number = /^\s*(\d{1,3})[.)]\s+(.*)$/.exec(line);
  if (number) return { kind: 'number', text: number[2] ?? '', at: number[1] ?? '' };
  const quote = /^(?:>|&gt;)\s?(.*)$/.exec(line);
  return quote ? { kind: 'quote', text: quote[1] ?? '' } : { kind: 'text', text: line };
}

function runs(lines: Line[]): Line[][] {
  const out: Line[][] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last?.[0]?.kind === line.kind) last.push(line);
    else out.push([line]);
  }
  return out;
}

function run(lines: Line[], names: Names): Html {
  const kind = lines[0]?.kind;
  const text = () => inline(lines.map((line) => line.text).join('\n'), names);
  if (kind === 'bullet') return html`<ul>${lines.map((line) => html`<li>${inline(line.text, names)}</li>`)}</ul>`;
  if (kind === 'number')
    return html`<ol>${lines.map((line) => html`<li value="${line.at}">${inline(line.text, names)}</li>`)}</ol>`;
  return kind === 'quote' ? html`<blockquote>${text()}</blockquote>` : html`<p>${text()}</p>`;
}

/** Blank lines at the edges of a run would double the space the run itself brings. */
function trimmed(lines: Line[]): Line[] {
  const full = (line: Line) => line.kind !== 'text' || line.text.trim() !== '';
  const first = lines.findIndex(full);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(full) + 1);
}

export function mrkdwn(text: string, names: Names): Html {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/);
  return html`${parts.map((part, at) => {
    if (at % 2 === 1) return html`<pre><code>${decoded(part)}</code></pre>`;
    return runs(trimmed(part.split('\n').map(read)))
      .map(trimmed)
      .filter((lines) => lines.length > 0)
      .map((lines) => run(lines, names));
  })}`;
}

export const words = (text: Text, names: Names): Html =>
  text.type === 'mrkdwn' ? mrkdwn(text.text, names) : html`<p>${plainText(text.text)}</p>`;

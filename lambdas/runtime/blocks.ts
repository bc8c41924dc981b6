import type { Block, Button, KnownBlock } from '@slack/types';

/** A message for people: `text` stands alone (notifications, SNS, screen readers), `blocks` are Slack's richer form. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A message as it lies in the record: whatever its blocks are, they are kept when it is edited. */
export interface Posted {
  readonly text: string;
  readonly blocks: Block[];
}

/** Slack's limits (docs.slack.dev, Block Kit reference); the types do not know them. */
export const limits = { section: 3000, header: 150, button: 75, label: 75, confirm: 300, value: 2000, context: 2000 };

const cut = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);

/** Characters of one text from outside; the record has the whole of it. */
const mostFromOutside = 600;
/** Characters of a command: half of one is no use to anybody, and those we know are far shorter with the longest names. */
const longestCommand = 1500;

/** What shows nothing or turns the direction of what follows, but the marks that choose a sign's picture form (Unicode Technical Report 36, 2.6). */
const unseen = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]--[\n\u{fe00}-\u{fe0f}]]/gv;

const tamed = (text: string, most: number): string =>
  cut(text.replace(/\s+/g, ' ').replace(unseen, '').replace(/`/g, "'"), most)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');

/**
 * Text from outside as a part of a message: it can ping nobody, forge no link, end no code that it stands in, begin no line of its own, and turn no
 * direction (docs.slack.dev, "Escaping text").
 */
export const escaped = (text: string): string => tamed(text, mostFromOutside);

/** A command, whole. */
export const commanding = (text: string): string => `\`${tamed(text, longestCommand)}\``;

/** The only thing in angle brackets that we write ourselves: `moment`. */
const notOurs = /<(?!!date\^\d{1,11}\^\{date_short_pretty\} \{time\}\|[\dT:.Z-]{1,30}>)/g;

const withoutMarkup = (text: string): string => text.replace(unseen, '').replace(notOurs, '&lt;');
/** Where Slack reads no markup nothing is escaped either: an angle bracket that looks like one. */
const asWords = (text: string): string => text.replace(unseen, '').replace(/</g, '‹').replace(/`/g, "'");

const isText = (value: unknown): value is { readonly type: string; readonly text: string } =>
  typeof value === 'object' && value !== null && 'type' in value && 'text' in value && typeof value.text === 'string';

/** Whatever was forgotten above: in no text of blocks is a mention or a link that is not ours, and Slack makes none by itself (`verbatim`). */
export function harmless<T>(blocks: T): T {
  const made: T = JSON.parse(JSON.stringify(blocks), (key, value: unknown) => {
    if (key === 'accessibility_label') return asWords(String(value));
    if (!isText(value)) return value;
    if (value.type === 'mrkdwn') return { ...value, text: withoutMarkup(value.text), verbatim: true };
    return value.type === 'plain_text' ? { ...value, text: asWords(value.text) } : value;
  });
  return made;
}

/** A message as it goes to Slack, which is to make nothing of its words either: no link, no mention (docs.slack.dev, chat.postMessage). */
export const asPosted = <T extends Message | Posted>({ text, blocks }: T) => ({
  // It stands for the message in notifications, and carries no markup of ours but a moment.
  text: withoutMarkup(text.replace(/`/g, "'")),
  blocks: harmless(blocks),
  parse: 'none' as const,
  link_names: false,
});

/** Words for one person: those from outside are escaped where they were put in. */
export const asWhispered = (text: string) => ({ text: withoutMarkup(text), parse: 'none' as const, link_names: false });

export const header = (text: string): KnownBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: cut(text, limits.header), emoji: true },
});

export const section = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: cut(text, limits.section) },
});

/** A titled list, left out when it has no lines; in as many sections as it takes, since one that is full would end within a line. */
export const list = (
  title: string,
  lines: readonly string[],
  numbered: 'numbered' | 'plain' = 'plain',
): KnownBlock[] => {
  if (lines.length === 0) return [];
  const items = lines.map((line, index) => `${numbered === 'numbered' ? `${index + 1}.` : '•'} ${line}`);
  const parts: string[] = [];
  let part = `*${title}*`;
  for (const item of items) {
    if (part.length + item.length < limits.section) part += `\n${item}`;
    else {
      parts.push(part);
      part = `*${title}, continued*\n${item}`;
    }
  }
  return [...parts, part].map(section);
};

export const context = (text: string): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: cut(text, limits.context) }],
});

export const buttons = (...elements: Button[]): KnownBlock => ({ type: 'actions', elements });

interface ButtonLook {
  readonly action: string;
  readonly text: string;
  readonly value: string;
  readonly label: string;
  readonly style?: 'primary' | 'danger';
}

export const button = ({ action, text, value, label, style }: ButtonLook): Button => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text: cut(text, limits.button) },
  value,
  accessibility_label: cut(label, limits.label),
  ...(style && { style }),
});

/** `<!date^…>` shows a time in each reader's own zone; the fallback is UTC. */
export const moment = (at: string): string => {
  const seconds = Math.floor(Date.parse(at) / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${at}>`;
};

/** The same message with more at the front of its first line; whatever it is too long for is cut. */
export const headed = <T extends Posted>(message: T, words: string): T => ({
  ...message,
  blocks: message.blocks.map((block, at) =>
    at === 0 && 'text' in block && isText(block.text)
      ? { ...block, text: { ...block.text, text: cut(`${words} · ${block.text.text}`, limits.header) } }
      : block,
  ),
});

/**
 * As it goes to Slack, with a user group mentioned in front of its first section: that rings its members (docs.slack.dev, "Formatting text",
 * user group mentions). The only mention there is, and made where nothing from outside comes any more.
 */
export function ringing({ text, blocks, ...how }: ReturnType<typeof asPosted<Posted>>, group: string) {
  const mention = `<!subteam^${group}>`;
  const first = blocks.findIndex(({ type }) => type === 'section');
  const rung = blocks.map((block, at) =>
    at === first && 'text' in block && isText(block.text)
      ? { ...block, text: { ...block.text, text: cut(`${mention} ${block.text.text}`, limits.section) } }
      : block,
  );
  return { ...how, text: `${mention} ${text}`, blocks: first < 0 ? [...rung, section(mention)] : rung };
}

/** A message once it is decided: its words, the outcome as one more line, and no buttons. */
export function answered(message: Posted, line: string): Posted {
  const kept = message.blocks.filter(({ type }) => type !== 'actions');
  return { text: line, blocks: [...kept.slice(0, -1), section(line), ...kept.slice(-1)] };
}

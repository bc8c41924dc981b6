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

/** Text from outside must not ping a channel or forge a link (docs.slack.dev, "Escaping text"). */
export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const header = (text: string): KnownBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: cut(text, limits.header), emoji: true },
});

export const section = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: cut(text, limits.section) },
});

/** A titled list, left out when it has no lines. */
export const list = (
  title: string,
  lines: readonly string[],
  numbered: 'numbered' | 'plain' = 'plain',
): KnownBlock[] => {
  if (lines.length === 0) return [];
  const items = lines.map((line, index) => `${numbered === 'numbered' ? `${index + 1}.` : '•'} ${line}`);
  return [section(`*${title}*\n${items.join('\n')}`)];
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

/** A message once it is decided: its words, the outcome as one more line, and no buttons. */
export function answered(message: Posted, line: string): Posted {
  const kept = message.blocks.filter(({ type }) => type !== 'actions');
  return { text: line, blocks: [...kept.slice(0, -1), section(line), ...kept.slice(-1)] };
}

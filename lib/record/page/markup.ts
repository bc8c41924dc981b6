import { html } from 'hono/html';

/** A piece of the page, already escaped. */
export type Html = ReturnType<typeof html>;

/** Text from outside: whatever script it is in, it does not turn the words around it. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`;

/** Names, ids and addresses, in a type that tells l from 1. */
export const code = (text: string): Html => html`<code><bdi>${text}</bdi></code>`;

/** A digest in hex: it may break anywhere. */
export const hash = (digest: string): Html => html`<code class="hash"><bdi>${digest}</bdi></code>`;

/** What a state means at a glance; shape and words say it too, colour never alone. */
export type Mood = 'good' | 'bad' | 'wait' | 'plain';

const signs: Readonly<Record<Mood, string>> = { good: '✓', bad: '✕', wait: '◔', plain: '○' };

/** A state in words behind its sign. */
export const state = (mood: Mood, words: Html | string): Html =>
  html`<span class="state ${mood}"><span class="sign" aria-hidden="true">${signs[mood]}</span> ${typeof words === 'string' ? foreign(words) : words}</span>`;

/** One section of the page; its heading names the region. */
export const section = (id: string, title: string, body: unknown): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div class="body">${body}</div></section>`;

export const nothing = (words: string): Html => html`<p class="nothing">${words}</p>`;

/** `1 entry`, `3 entries`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

export interface Rows {
  /** What the rows have in common, above them: a lever with its state. */
  readonly head?: Html;
  readonly cells: readonly (readonly (Html | string)[])[];
}

export interface Table {
  readonly caption: Html | string;
  readonly columns: readonly string[];
  readonly groups: readonly Rows[];
  readonly kind: string;
}

/**
 * A table that becomes a list of cards on a phone. Cards need another `display`, which takes a table's meaning away in some browsers
 * (Scott O'Hara, "Styling tables, display properties and accessibility"): the roles are written out, so that it stays.
 */
export function table({ caption, columns, groups, kind }: Table): Html {
  const [first = '', ...others] = columns;
  const cell = (value: Html | string, index: number) => {
    const label = others[index - 1];
    return index === 0
      ? html`<th scope="row" role="rowheader" data-label="${first}"><div>${value}</div></th>`
      : html`<td role="cell" data-label="${label}"><div>${value}</div></td>`;
  };
  const head = columns.map((title) => html`<th scope="col" role="columnheader">${title}</th>`);
  const bodies = groups.map(({ head, cells }) => {
    const above =
      head &&
      html`<tr role="row" class="over"><th scope="rowgroup" role="rowheader" colspan="${columns.length}">${head}</th></tr>`;
    const rows = cells.map((row) => html`<tr role="row">${row.map(cell)}</tr>`);
    return html`<tbody role="rowgroup">${above}${rows}</tbody>`;
  });
  return html`<table role="table" class="${kind}"><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead>${bodies}</table>`;
}

/** Longer lists are folded away until somebody asks for them; paper shows all. */
const mostOpen = 12;

/** A list under its own summary, open as long as it is short. */
export const folded = (length: number, summary: string, body: Html): Html =>
  length > mostOpen
    ? html`<details><summary>${summary}</summary>${body}</details>`
    : html`<details open><summary>${summary}</summary>${body}</details>`;

import { html } from 'hono/html';
import { legible } from '../../record/page/legible.ts';
import { code, foreign, type Html, table } from '../../record/page/markup.ts';
import type { Group } from './page-groups.ts';

/** Styles of tables of events. */
export const eventLooks = `
.events thead th:nth-child(1) { width: 17%; } .events thead th:nth-child(2) { width: 20%; } .events thead th:nth-child(3) { width: 27%; } .events thead th:nth-child(5) { width: 12%; }
.events .state { font-weight: 400; }
`;

const text = (said: string): Html => foreign(legible(said));
const times = ({ first, last, count }: Group): Html =>
  count === 1 || first === last ? html`<time>${first}</time>` : html`<time>${first}</time> to <time>${last}</time>`;

function what({ action, count, outcome, techniques, rules, normal }: Group): Html {
  const marks = [
    techniques && html` <span class="tag">${text(techniques)}</span><span class="muted">${text(rules)}</span>`,
    outcome === 'failure' &&
      html` <span class="state bad"><span class="sign" aria-hidden="true">✕</span> failed</span>`,
    normal && html` <span class="muted">normal: ${text(normal)}</span>`,
  ];
  return html`${code(legible(action))}${count > 1 && html` <span class="muted">× ${count.toLocaleString('en-GB')}</span>`}${marks}`;
}

const cells = (group: Group): (Html | string)[] => [
  times(group),
  what(group),
  text(group.actor || 'not said'),
  text([...group.resources].join(', ') || 'not said'),
  text(group.address || 'not said'),
];

/** Groups of events as a table. */
export const rows = (caption: string, groups: readonly Group[]): Html =>
  table({
    caption,
    columns: ['When', 'What', 'Who', 'On what', 'From'],
    groups: [{ cells: groups.map(cells) }],
    kind: 'events',
  });

/** How many events are in groups. */
export const eventsIn = (groups: readonly Group[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/** The time of the last event; empty where there is none. */
export const lastIn = (groups: readonly Group[]): string =>
  groups.reduce<Group | undefined>((latest, one) => (latest && latest.to >= one.to ? latest : one), undefined)?.last ??
  '';

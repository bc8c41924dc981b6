import { html } from 'hono/html';
import { type LogRow, periodOf } from '../../domain/logs.ts';
import type { Incident } from '../incident.ts';
import { code, counted, foreign, type Html, nothing, section, state, table } from './markup.ts';
import { time } from './time.ts';

const mood = { available: 'good', gap: 'bad', denied: 'bad', 'not enabled': 'plain' } as const;

function row({ kind, state: there, words, sealed, left, ...period }: LogRow): (Html | string)[] {
  const during = periodOf(period);
  const missing = there === 'gap' ? 'missing: ' : '';
  const commands = left.map((command) => html`<p>${code(command)}</p>`);
  return [
    kind,
    html`${state(mood[there], there)}${during && html`<p class="muted">${missing}${during}</p>`}`,
    html`${foreign(words)}${left.length > 0 && html`<p class="muted">Takes what was left:</p>`}${commands}`,
    sealed > 0 ? counted(sealed, 'artefact') : html`<span class="muted">none</span>`,
  ];
}

const columns = ['Kind', 'State', 'What there is', 'Sealed'];

/** Of all seven kinds of logs what there is: what is missing as loudly as what was taken. */
export function logsSection({ logs }: Incident): Html {
  if (logs.length === 0) return section('logs', 'Logs', nothing('Nobody looked which logs there are.'));
  const tables = logs.map(({ of, at, rows }) => {
    const caption = html`About ${foreign(of)}, looked for ${time(at)}`;
    return table({ caption, columns, groups: [{ cells: rows.map(row) }], kind: 'logs' });
  });
  return section('logs', 'Logs', html`${tables}`);
}

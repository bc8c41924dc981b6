import { html } from 'hono/html';
import { dueWords } from '../../domain/report/report.ts';
import type { Incident } from '../incident.ts';
import { code, foreign, type Html, hash, type Mood, nothing, section, state } from './markup.ts';
import { between, time } from './time.ts';

type Obligation = Incident['obligations'][number];
type Due = Obligation & { readonly dueAt: string };

/** Still to be sent, by an hour that is known. */
const isDue = (one: Obligation): one is Due => one.state === 'running' && one.means === 'report' && one.dueAt !== null;

const byDueTime = (one: Obligation, other: Obligation): number => (one.dueAt ?? '9').localeCompare(other.dueAt ?? '9');

/** How much of the time is gone, as a bar; the words beside it say the same. */
function bar({ startedAt, dueAt }: Obligation, now: string): Html | '' {
  if (startedAt === null || dueAt === null) return '';
  const gone = Math.min(1, Math.max(0, between(startedAt, now) / between(startedAt, dueAt)));
  return html`<svg class="bar" width="100%" height="6" aria-hidden="true"><rect class="whole" width="100%" height="6" rx="3"/><rect class="gone" width="${(gone * 100).toFixed(1)}%" height="6" rx="3"/></svg>`;
}

const moods: Readonly<Record<Obligation['state'], Mood>> = {
  watching: 'plain',
  running: 'wait',
  sent: 'good',
  withdrawn: 'plain',
};

/** How a clock stands. What is overdue follows from the time of reading alone. */
function standing(one: Obligation, now: string): Html {
  const { means } = one;
  if (means === 'keep until') return state('plain', 'to be kept');
  if (one.state === 'watching') return state('plain', 'not started yet');
  if (!isDue(one))
    return state(moods[one.state], one.state === 'running' ? 'due without delay, no deadline set' : one.state);
  const words = dueWords(one.dueAt, now).replace(/ since \S+,/, '');
  return state(between(now, one.dueAt) <= 0 ? 'bad' : 'wait', words);
}

/** The earliest that is still to be sent; null when nothing is due. */
export const nextDue = ({ obligations }: Incident): Due | null =>
  obligations.filter(isDue).toSorted(byDueTime)[0] ?? null;

function dueLine({ dueAt, means }: Obligation): Html {
  if (dueAt === null) return html`<p>No due time is known yet.</p>`;
  return html`<p>${means === 'keep until' ? 'Keep until' : 'Due'} ${time(dueAt, 'minutes')}</p>`;
}

/** What became of it: who filed it with which number, who withdrew it and why, and whether its time has moved. */
function fate(one: Obligation): Html[] {
  const { filed, withdrawn, moved, kinder } = one;
  return [
    ...(filed
      ? [
          html`Filed by ${foreign(filed.by)} on ${time(filed.at)}, reference ${code(filed.reference)}${filed.sha256 && html`, SHA-256 ${hash(filed.sha256)}`}.`,
        ]
      : []),
    ...(withdrawn
      ? [html`Withdrawn by ${foreign(withdrawn.by)} on ${time(withdrawn.at)}: ${foreign(withdrawn.reason)}.`]
      : []),
    ...moved.map(
      ({ from, to, by, reason }) =>
        html`Moved from ${time(from)} to ${time(to)} by ${foreign(by)}: ${foreign(reason)}.`,
    ),
    ...kinder.map(({ because }) => html`The law may allow more time; do not rely on it: ${foreign(because)}.`),
  ];
}

/** What the clocks count from, as it was recorded; of one name the last counts. */
function factsList({ facts }: Incident): Html | '' {
  if (facts.length === 0) return '';
  const item = ({ name, time: since, by, reason, at }: Incident['facts'][number]) =>
    html`<li><strong>${foreign(name)}</strong> ${time(since)} <span class="muted">(${foreign(by)}, ${time(at)}: ${foreign(reason)})</span></li>`;
  return html`<details><summary>What the clocks count from</summary><ul class="plain">${facts.map(item)}</ul></details>`;
}

/** The report clocks, what is due next first. */
export function clocksSection(incident: Incident, now: string): Html {
  const next = nextDue(incident);
  if (incident.obligations.length === 0)
    return section('clocks', 'Clocks', html`${nothing('No report clock is running.')}${factsList(incident)}`);
  const card = (one: Obligation) => {
    const tag = one === next && html`<strong class="tag">Next</strong> `;
    const started =
      one.startedAt && html`${one.because.endsWith('.') ? '' : '.'} Started ${time(one.startedAt, 'minutes')}.`;
    const more = fate(one).map((line) => html`<p class="muted">${line}</p>`);
    return html`<li class="clock-card${one === next ? ' next' : ''}"><p class="due">${tag}${standing(one, now)}</p><h3>${foreign(one.regime)}: ${foreign(one.report)} report</h3>${dueLine(one)}${isDue(one) && bar(one, now)}<p class="muted">${foreign(one.because)}${started}</p>${more}</li>`;
  };
  const asOf = html`<p class="note">As of ${time(now, 'minutes')}. Tourniquet never sends anything to an authority; a person does.</p>`;
  const sorted = incident.obligations.toSorted((a, b) => Number(isDue(b)) - Number(isDue(a)) || byDueTime(a, b));
  return section('clocks', 'Clocks', html`<ul class="clocks">${sorted.map(card)}</ul>${asOf}${factsList(incident)}`);
}

import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { isTrouble } from './lanes.ts';
import { foreign, type Html, nothing, section, state } from './markup.ts';
import { time } from './time.ts';

/** What could not be known, and what did not end as it was meant: said as loudly as what did. */
export function unknownSection({ gaps, steps, evidence }: Incident): Html {
  const unhashed = evidence.filter(({ sha256 }) => !sha256).length;
  const known = gaps.map(
    ({ from, what, at }) => html`<li>${foreign(what)} <span class="muted">(${foreign(from)}, ${time(at)})</span></li>`,
  );
  const without =
    unhashed > 0
      ? [
          html`<li>Whether ${unhashed} of ${evidence.length} artefacts are as they were, by their hash: AWS gives no bytes of them to hash. <span class="muted">(<a href="#evidence">Evidence</a>)</span></li>`,
        ]
      : [];
  const failed = steps
    .filter(({ outcome }) => isTrouble(outcome))
    .map(({ step, operation, outcome, details, at }) => {
      const what = operation === 'run' ? step : `${step}: ${operation}`;
      return html`<li>${state('bad', html`${foreign(what)}: ${foreign(outcome)}`)}${details.length > 0 && html` – ${foreign(details.join('; '))}`} <span class="muted">(${time(at)})</span></li>`;
    });
  const unread = [...known, ...without];
  const knowing =
    unread.length > 0
      ? html`<ul class="plain">${unread}</ul>`
      : nothing('Nothing is on record that could not be read.');
  const doing = failed.length > 0 ? html`<ul class="plain">${failed}</ul>` : nothing('No step failed or was refused.');
  return section(
    'unknown',
    'What could not be known or done',
    html`<h3>Not known</h3>${knowing}<h3>Not done as meant</h3>${doing}`,
  );
}

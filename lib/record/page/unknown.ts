import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { foreign, type Html, nothing, section, state } from './markup.ts';
import { time } from './time.ts';

/** Evidence that is not what was taken when it was last read, and evidence that could not be read then. */
function lastLooks(evidence: Incident['evidence']) {
  const last = evidence.flatMap(({ id, kind, verifications }) => {
    const look = verifications.at(-1);
    return look && look.found !== 'as recorded' ? [{ id, kind, ...look }] : [];
  });
  const told = (of: (found: string) => boolean) =>
    last
      .filter(({ found }) => of(found))
      .map(({ id, kind, found, because = '', at }) => {
        const words = html`${foreign(kind)} (${foreign(id)}): ${foreign(found)}`;
        return { words, why: html`${because && ' – '}${foreign(because)} <span class="muted">(${time(at)})</span>` };
      });
  const unseen = (found: string): boolean => found === 'unreadable' || found === 'not reached';
  return { unread: told(unseen), wrong: told((found) => !unseen(found)) };
}

/** What could not be known, and what did not end as it was meant: said as loudly as what did. */
export function unknownSection({ gaps, steps, evidence, unread: items }: Incident): Html {
  const unhashed = evidence.filter(({ sha256, proof }) => !sha256 && !proof?.root).length;
  const known = gaps.map(
    ({ from, what, at }) => html`<li>${foreign(what)} <span class="muted">(${foreign(from)}, ${time(at)})</span></li>`,
  );
  const without =
    unhashed > 0
      ? [
          html`<li>Whether ${unhashed} of ${evidence.length} artefacts are unchanged: AWS does not expose their bytes, so they have no hash. <span class="muted">(<a href="#evidence">Evidence</a>)</span></li>`,
        ]
      : [];
  const failed = steps
    .filter(({ means }) => means === 'attention')
    .map(({ step, operation, outcome, details, at }) => {
      const what = operation === 'run' ? step : `${step}: ${operation}`;
      return html`<li>${state('bad', html`${foreign(what)}: ${foreign(outcome)}`)}${details.length > 0 && html` – ${foreign(details.join('; '))}`} <span class="muted">(${time(at)})</span></li>`;
    });
  const looks = lastLooks(evidence);
  const notRead = looks.unread.map(({ words, why }) => html`<li>Whether this is unchanged: ${words}${why}</li>`);
  const notAsTaken = looks.wrong.map(({ words, why }) => html`<li>${state('bad', words)}${why}</li>`);
  const unreadable = items.map(
    ({ item, because }) => html`<li>${state('bad', foreign(item))} – ${foreign(because)}</li>`,
  );
  const unread = [...unreadable, ...known, ...without, ...notRead];
  const knowing = unread.length > 0 ? html`<ul class="plain">${unread}</ul>` : nothing('No gap is recorded.');
  const wrong = [...failed, ...notAsTaken];
  const doing = wrong.length > 0 ? html`<ul class="plain">${wrong}</ul>` : nothing('No step failed or was refused.');
  return section('unknown', 'Gaps and failures', html`<h3>Gaps</h3>${knowing}<h3>Failed or refused</h3>${doing}`);
}

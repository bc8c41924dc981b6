import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import type { Leaf, LeverRecord } from '../levers.ts';
import { code, foreign, type Html, nothing, type Rows, section, state, table } from './markup.ts';
import { time } from './time.ts';

/** A value of a before-state in few words: `sg-1, sg-2`, `none`, `allocation eipalloc-1, privateIp 10.0.1.4`. */
export function valueWords(value: unknown): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'none';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.length > 0 ? value.map(valueWords).join(', ') : 'none';
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).map(([key, one]) => `${key} ${valueWords(one)}`);
  return parts.length > 0 ? parts.join(', ') : 'none';
}

const isRead = ({ verified }: LeverRecord): boolean => verified?.outcome === 'verified';

/** Where a lever stands, in words: what was not read back is never called contained. */
function standing(lever: LeverRecord): Html {
  const { applied, verified, released, releasedAt, takenAt } = lever;
  const why = (done: LeverRecord['applied']) =>
    done && done.details.length > 0 && html`: ${foreign(done.details.join('; '))}`;
  if (releasedAt !== null) return state('good', html`released ${time(releasedAt)}, back as it was`);
  if (released?.means === 'attention')
    return state('bad', html`${foreign(released.outcome)}, still applied${why(released)}`);
  if (takenAt === null || applied === null) {
    if (!applied) return state('wait', 'started, no result recorded');
    return state(applied.means === 'attention' ? 'bad' : 'plain', html`${foreign(applied.outcome)}${why(applied)}`);
  }
  if (applied.means === 'attention') return state('bad', html`${foreign(applied.outcome)}${why(applied)}`);
  if (isRead(lever)) return state('good', html`applied, verified ${time(verified?.at ?? '')}`);
  return verified
    ? state('bad', html`applied, ${foreign(verified.outcome)}${why(verified)}`)
    : state('wait', 'applied, not verified yet');
}

function after(lever: LeverRecord, { path, before }: Leaf): Html | string {
  const differs = lever.released?.details.find((line) => line.startsWith(`${path}: `));
  if (differs) return state('bad', foreign(differs.slice(path.length + 2)));
  return lever.releasedAt === null ? html`<span class="muted">still applied</span>` : foreign(valueWords(before));
}

function rowsOf(lever: LeverRecord): Rows {
  const { title, effect, undo, changes, verified } = lever;
  const isolation = Object.entries(verified?.isolation ?? {}).map(
    ([id, how]) => html`<li>${state(how === 'isolated' ? 'good' : 'bad', html`${code(id)} ${foreign(how)}`)}</li>`,
  );
  const about = effect && html`<p class="muted">${foreign(effect)} <em>To undo:</em> ${foreign(undo)}</p>`;
  const head = html`<p class="lever">${foreign(title)}</p><p class="standing">${standing(lever)}</p>${isolation.length > 0 && html`<ul class="isolation">${isolation}</ul>`}${about}`;
  const cells = changes.map((leaf) => [
    code(leaf.path),
    foreign(valueWords(leaf.before)),
    isRead(lever)
      ? foreign(valueWords(leaf.during))
      : html`<span class="muted">intended, not verified:</span> ${foreign(valueWords(leaf.during))}`,
    after(lever, leaf),
  ]);
  return { head, cells };
}

function target(arn: string, levers: readonly LeverRecord[]): Html {
  const named = levers.find((lever) => lever.named)?.named;
  const heading = named
    ? html`${foreign(named.kind)} ${foreign(named.id)}${named.name && html` <span class="muted">“${foreign(named.name)}”</span>`}`
    : html`${foreign(arn || 'Target not recorded')}`;
  const columns = ['What', 'Before', 'During', 'After'];
  const caption = html`Levers on ${foreign(named?.id ?? arn)}: state before, during containment and after release`;
  return html`<h3 class="target">${heading}</h3>${named && html`<p class="arn">${code(arn)}</p>`}${table({ caption, columns, groups: levers.map(rowsOf), kind: 'levers' })}`;
}

function removed({ removals }: Incident): Html | '' {
  if (removals.length === 0) return '';
  const item = ({ step, at, outcome, removed, left, failed }: Incident['removals'][number]) =>
    html`<li>${state(failed.length > 0 ? 'bad' : 'good', html`${foreign(step)}: ${outcome}`)} ${time(at)}<ul>${removed.map((one) => html`<li>deleted: ${foreign(one)}</li>`)}${left.map((one) => html`<li>left: ${foreign(one)}</li>`)}${failed.map((one) => html`<li>failed: ${foreign(one)}</li>`)}</ul></li>`;
  return html`<h3>Deleted permanently</h3><ul class="plain">${removals.map(item)}</ul>`;
}

/** Each target with what stood before, during and after. */
export function targetsSection(incident: Incident): Html {
  const { levers, resource } = incident;
  const targets = Map.groupBy(levers, (lever) => lever.target || resource);
  const each = [...targets].map(([arn, own]) => target(arn, own));
  const none = levers.length === 0 && nothing('No lever was applied: nothing was changed.');
  return section('targets', 'Targets', html`${none}${each}${removed(incident)}`);
}

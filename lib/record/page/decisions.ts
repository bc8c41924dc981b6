import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { foreign, type Html, type Mood, nothing, section, state } from './markup.ts';
import { between, spanWords, time } from './time.ts';

type Approval = Incident['approvals'][number];

const moods: Readonly<Record<Approval['state'], Mood>> = {
  PENDING: 'wait',
  APPROVED: 'good',
  DECLINED: 'bad',
  EXPIRED: 'wait',
  SUPERSEDED: 'plain',
};
const channels = { slack: 'in Slack', 'command-line': 'from the command line' } as const;

function taken({ decisions, askedAt }: Approval): Html[] {
  return decisions.map(
    ({ verdict, by, at, via, reason }) =>
      html`<li><strong>${foreign(by)}</strong> ${verdict === 'APPROVED' ? 'approved' : 'declined'} ${channels[via]} on ${time(at)}, ${spanWords(between(askedAt, at))} after the question. ${reason ? html`Reason: “${foreign(reason)}”` : html`<span class="muted">No reason given.</span>`}</li>`,
  );
}

const onIt = ({ owner }: Approval): Html | '' =>
  owner
    ? html`<li><strong>${foreign(owner.by)}</strong> took over ${channels[owner.via]} on ${time(owner.at)}.</li>`
    : '';

function waiting({ state, needs, decisions, expiresAt, id }: Approval): Html | '' {
  if (state === 'EXPIRED') return html`<li>Nobody answered by ${time(expiresAt)}.</li>`;
  if (state !== 'PENDING') return '';
  const who = needs === 'two' && decisions.length === 0 ? 'two people' : 'one person';
  return html`<li>Waiting for ${who} until ${time(expiresAt)}: <code>npm run -s tourniquet -- approve ${foreign(id)}</code></li>`;
}

/** What those who decided had before their eyes, line for line; the lines were made legible one by one. */
function shown(lines: readonly string[]): Html | '' {
  if (lines.length === 0) return html`<p class="muted">The question could not be posted in Slack.</p>`;
  return html`<details><summary>What the question showed</summary><div class="asked">${lines.map((line) => html`<p>${foreign(line)}</p>`)}</div></details>`;
}

/** Decisions with who, when, how and why. `lines` are the words of each question by its id. */
export function decisionsSection(
  { approvals, grounds }: Incident,
  lines: ReadonlyMap<string, readonly string[]>,
): Html {
  const rules = grounds
    .filter(({ kind, approval }) => approval === null && kind !== 'ask' && kind !== 'ask-two')
    .map(
      ({ at, kind, because }) =>
        html`<li>${state('plain', kind)} ${foreign(because)} <span class="muted">(${time(at)})</span></li>`,
    );
  const question = (approval: Approval) => {
    const { id, question, state: stands, askedAt, requestedBy, needs } = approval;
    const why = grounds.find((ground) => ground.approval === id)?.because;
    // Of what a person asked for, the ground begins with that person's name.
    const reason = why && (requestedBy ? html`: ${foreign(why)}` : html`, because ${foreign(why)}`);
    const people = needs === 'two' && 'Two people had to approve. ';
    return html`<article class="decision"><h3>${foreign(question)} ${state(moods[stands], stands.toLowerCase())}</h3><p>${people}Asked ${time(askedAt)}${reason}.</p><ul class="plain">${onIt(approval)}${taken(approval)}${waiting(approval)}</ul>${shown(lines.get(id) ?? [])}</article>`;
  };
  const nobody = approvals.length + rules.length === 0 && nothing('No decision was needed.');
  const ruled = rules.length > 0 && html`<h3>Decided by a rule</h3><ul class="plain">${rules}</ul>`;
  return section('decisions', 'Decisions', html`${nobody}${approvals.map(question)}${ruled}`);
}

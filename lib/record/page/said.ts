import { html } from 'hono/html';
import { heldAs } from '../../domain/claim.ts';
import type { Incident } from '../incident.ts';
import { counted, foreign, type Html, nothing, section, table } from './markup.ts';
import { time } from './time.ts';

type Said = Incident['said'][number];

/** More than these are in the ledger alone. */
const most = 100;

function cells({ entry, at, by, claim }: Said, held: Html | undefined): (Html | string)[] {
  const recorded = html`<p class="muted">${claim.who === by ? 'recorded' : html`recorded by ${foreign(by)}`} ${time(at)}, entry ${entry}</p>`;
  const asked = html`<p class="muted query">${foreign(heldAs(claim))}</p>`;
  return [
    html`“${foreign(claim.said)}”${asked}`,
    html`${foreign(claim.who)}${recorded}`,
    held ?? 'not held against logs here',
  ];
}

/** What people say, and what the logs say to it, where they were read: a claim is nobody's finding. */
export function saidSection({ said, incident }: Incident, held: readonly Html[]): Html {
  if (said.length === 0) return section('claims', 'What people say', nothing('Nobody has put a claim on record.'));
  const columns = ['What was said', 'By whom', 'What the record says'];
  const rest = said.length - most;
  const list = table({
    caption: counted(said.length, 'claim'),
    columns,
    groups: [{ cells: said.slice(0, most).map((one, at) => cells(one, held[at])) }],
    kind: 'said',
  });
  const more = rest > 0 && html`<p class="note">${counted(rest, 'later claim')} are in the ledger alone.</p>`;
  const how =
    held.length === 0 &&
    html`<p class="note">What the sealed logs say to it, for and against: <code>npm run -s tourniquet -- timeline ${foreign(incident)} --format vector</code></p>`;
  return section('claims', 'What people say', html`${list}${more}${how}`);
}

import { html } from 'hono/html';
import { heldAs } from '../../domain/claim.ts';
import type { Incident } from '../incident.ts';
import { counted, foreign, type Html, nothing, section, table } from './markup.ts';
import { time } from './time.ts';

type Said = Incident['said'][number];

/** More than these are in the ledger alone. */
const most = 100;

function cells({ entry, at, by, claim }: Said): (Html | string)[] {
  const recorded = html`<p class="muted">${claim.who === by ? 'recorded' : html`recorded by ${foreign(by)}`} ${time(at)}, entry ${entry}</p>`;
  return [html`“${foreign(claim.said)}”`, html`${foreign(claim.who)}${recorded}`, foreign(heldAs(claim))];
}

/** What people say, and as what it is to be held against records: a claim is nobody's finding. */
export function saidSection({ said, incident }: Incident): Html {
  if (said.length === 0) return section('claims', 'What people say', nothing('Nobody has put a claim on record.'));
  const columns = ['What was said', 'By whom', 'Held against records as'];
  const rest = said.length - most;
  const list = table({
    caption: counted(said.length, 'claim'),
    columns,
    groups: [{ cells: said.slice(0, most).map(cells) }],
    kind: 'said',
  });
  const more = rest > 0 && html`<p class="note">${counted(rest, 'later claim')} are in the ledger alone.</p>`;
  const how = html`<p class="note">What the sealed logs say to it, for and against: <code>npm run -s tourniquet -- timeline ${foreign(incident)} --format vector</code></p>`;
  return section('claims', 'What people say', html`${list}${more}${how}`);
}

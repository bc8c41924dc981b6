import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { counted, folded, foreign, type Html, hash, section, state, table } from './markup.ts';
import { offsetWords, time } from './time.ts';

/** A page of more rows takes a phone seconds to open; the export carries all of them. */
const mostRows = 5000;

function chain({ ledger: { entries, intact, because, head } }: Incident): Html {
  if (intact)
    return html`<p>${state('good', html`${counted(entries, 'entry', 'entries')}, the hash chain is intact`)}</p><p class="muted">Head ${hash(head ?? '')}</p>`;
  return html`<p>${state('bad', html`The hash chain is broken: ${foreign(because ?? 'for an unknown reason')}`)}</p><p>Do not rely on this page; keep the copies in the vault.</p>`;
}

/** The ledger in full, and whether its chain holds. */
export function ledgerSection(incident: Incident): Html {
  const { timeline, openedAt } = incident;
  const cells = timeline
    .slice(0, mostRows)
    .map(({ sequence, at, actor, what, outcome, means }) => [
      String(sequence),
      html`${time(at, 'clock')} <span class="muted">${offsetWords(openedAt, at)}</span>`,
      foreign(actor),
      foreign(what),
      outcome === null ? '' : means === 'attention' ? state('bad', outcome) : foreign(outcome),
    ]);
  const columns = ['Entry', 'Time (UTC)', 'Who', 'What', 'Outcome'];
  const caption = html`Entries since ${time(openedAt)}`;
  const list = table({ caption, columns, groups: [{ cells }], kind: 'ledger' });
  const rest = timeline.length - cells.length;
  const more =
    rest > 0 && html`<p class="note">${counted(rest, 'later entry', 'later entries')} are only in the export.</p>`;
  return section('ledger', 'Ledger', html`${chain(incident)}${folded(cells.length, 'All entries', list)}${more}`);
}

/** How somebody who trusts nobody checks what stands here. */
export function checkSection({ incident }: Incident): Html {
  const steps = [
    html`This page shows the record; it is not the record. The sealed export carries the ledger with its signature, and is checked offline: <code>npm run -s tourniquet -- verify EXPORT</code>`,
    html`Each entry of the ledger carries the SHA-256 of the one before, over canonical JSON (RFC 8785). This recomputes the chain, and prints “intact” when it is: <code>npm run -s tourniquet -- incident ${foreign(incident)}</code>`,
    html`An artefact is unchanged when the copy in the vault has the hash shown in the table: <code>aws s3api get-object --bucket BUCKET --key KEY --version-id VERSION artefact &amp;&amp; sha256sum artefact</code>`,
    html`A snapshot cannot be deleted while it is locked: <code>aws ec2 describe-locked-snapshots</code>`,
  ];
  return section('check', 'How to check', html`<ol class="checks">${steps.map((step) => html`<li>${step}</li>`)}</ol>`);
}

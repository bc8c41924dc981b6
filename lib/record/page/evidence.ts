import { html } from 'hono/html';
import type { Incident } from '../incident.ts';
import { code, counted, folded, foreign, type Html, hash, nothing, section, table } from './markup.ts';
import { time } from './time.ts';

type Artefact = Incident['evidence'][number];

/** Bytes as people say them, in powers of ten as S3's console does. */
const sizeWords = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

function row(artefact: Artefact): (Html | string)[] {
  const { kind, uri, sha256, acquiredAt } = artefact;
  const custody = 'source' in artefact ? artefact : null;
  const size = custody?.size != null && html`<p class="muted">${sizeWords(custody.size)}</p>`;
  const version = custody?.version && html`<p class="muted">version ${code(custody.version)}</p>`;
  const by = custody && html`<p class="muted">by ${foreign(custody.acquiredBy)}</p>`;
  // AWS publishes no digest of a snapshot's blocks.
  const digest = sha256
    ? html`<p>${hash(sha256)}</p>`
    : html`<p class="muted">No SHA-256: AWS gives no bytes of it to hash</p>`;
  const lock = custody?.lockedUntil
    ? html`${time(custody.lockedUntil, 'day')} <p class="muted">${custody.lockMode}</p>`
    : html`<span class="muted">${custody ? 'not locked' : 'not on this record'}</span>`;
  const where = html`${code(uri)}${version}${digest}`;
  return [html`${foreign(kind)}${size}`, where, html`${time(acquiredAt)}${by}`, lock];
}

/** Every sealed artefact: what it is, where it lies, its hash, who took it when, and until when nobody can delete it. */
export function evidenceSection({ evidence }: Incident): Html {
  if (evidence.length === 0) return section('evidence', 'Evidence', nothing('No evidence is on record.'));
  const columns = ['What', 'Where it lies, and its SHA-256', 'Taken', 'Locked until'];
  const caption = 'Sealed evidence; hashes were taken over the bytes as they went in';
  const list = table({ caption, columns, groups: [{ cells: evidence.map(row) }], kind: 'evidence' });
  return section('evidence', 'Evidence', folded(evidence.length, counted(evidence.length, 'artefact'), list));
}

import { html } from 'hono/html';
import { proofWords } from '../../domain/block-proof.ts';
import type { Incident } from '../incident.ts';
import { code, counted, folded, foreign, type Html, hash, nothing, section, state, table } from './markup.ts';
import { time } from './time.ts';

type Artefact = Incident['evidence'][number];

/** Bytes as people say them, in powers of ten as S3's console does. */
const sizeWords = (bytes: number): string =>
  bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** What says nothing about the lock. */
const unseen: readonly string[] = ['unreadable', 'not reached'];

/** Whether it still is what was taken: the last look, and every look that found something else. */
function looks({ verifications }: Artefact): Html[] {
  const whole = verifications.filter(({ found }) => found === 'as recorded');
  const last = whole.at(-1);
  const good = last ? [state('good', html`read and hashed again ${time(last.at)}`)] : [];
  const other = verifications.filter(({ found }) => found !== 'as recorded');
  const told = other.map(({ at, found, because = '' }) =>
    state(
      found === 'not reached' ? 'plain' : 'bad',
      html`${foreign(found)} ${time(at)}${because && ': '}${foreign(because)}`,
    ),
  );
  return [...told, ...good].map((one) => html`<p>${one}</p>`);
}

const copies = ({ transfers }: Artefact): Html[] =>
  transfers.map(
    ({ to, by, at, reason }) => html`<p>Copy to ${foreign(to)} ${time(at)}, by ${foreign(by)}: ${foreign(reason)}</p>`,
  );

/** Its hash; of a snapshot, whose bytes have none, what reading its blocks has shown. */
function digestOf({ uri, sha256, proof }: Artefact): Html {
  if (sha256) return html`<p>${hash(sha256)}</p>`;
  if (proof) return html`<p>${foreign(proofWords(proof))} ${time(proof.at)}</p>`;
  if (uri.startsWith('s3:'))
    return html`<p class="muted">No SHA-256: it was cut short, and nobody has read it whole</p>`;
  // AWS publishes no digest of a snapshot's blocks.
  return html`<p class="muted">No SHA-256: AWS does not expose its bytes</p>`;
}

function row(artefact: Artefact): (Html | string)[] {
  const { id, kind, uri, acquiredAt = '', acquiredBy, tool } = artefact;
  const size = artefact.size != null && html`<p class="muted">${sizeWords(artefact.size)}</p>`;
  const version = artefact.version && html`<p class="muted">version ${code(artefact.version)}</p>`;
  const by = acquiredBy && html`<p class="muted">by ${foreign(acquiredBy)} ${foreign(tool?.version ?? '')}</p>`;
  // A lock may have been extended since, or be gone: what was seen last counts.
  const seen = artefact.verifications.findLast(({ found }) => !unseen.includes(found)) ?? artefact;
  const { lockedUntil } = seen;
  const lock = lockedUntil
    ? html`${time(lockedUntil, 'day')} <p class="muted">${foreign(artefact.lockMode ?? '')}</p>`
    : html`<span class="muted">not locked</span>`;
  const where = html`${code(uri)}${version}${digestOf(artefact)}${looks(artefact)}${copies(artefact)}`;
  return [
    html`${foreign(kind)}<p class="muted">${foreign(id)}</p>${size}`,
    where,
    html`${time(acquiredAt)}${by}`,
    lock,
  ];
}

const volatile: Readonly<Record<string, string>> = {
  'read-live-facts': 'Live facts',
  'capture-memory': 'Memory',
};

/** What was counted on a running instance, and how much of its memory there is: the bytes are in the vault, and nothing of them is here. */
function live({ steps }: Incident): Html {
  const read = steps.filter(({ step, operation }) => volatile[step] && operation === 'run');
  return html`${read.map(
    ({ step, at, of, outcome, details }) =>
      html`<p>${volatile[step] ?? step} of ${foreign(of.split('/').at(-1) ?? of)}, ${time(at)}: ${foreign([outcome, ...details].join('; '))}</p>`,
  )}`;
}

/** Every sealed artefact: what it is, where it lies, its hash, who took it when, and until when nobody can delete it. */
export function evidenceSection(incident: Incident): Html {
  const { evidence } = incident;
  if (evidence.length === 0)
    return section('evidence', 'Evidence', html`${nothing('No evidence is on record.')}${live(incident)}`);
  const columns = ['What', 'Location and SHA-256', 'Collected', 'Locked until'];
  const caption = 'Sealed evidence; each hash was computed over the bytes as they were stored';
  const list = table({ caption, columns, groups: [{ cells: evidence.map(row) }], kind: 'evidence' });
  const all = folded(evidence.length, counted(evidence.length, 'artefact'), list);
  return section('evidence', 'Evidence', html`${live(incident)}${all}`);
}

import * as z from 'zod';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import type { NewEntry } from '../../lib/domain/ledger.ts';
import { contentsOf, signed } from '../../lib/record/export/contents.ts';
import { sha256 } from '../../lib/record/export/files.ts';
import { pack } from '../../lib/record/export/tar.ts';
import { answer } from '../runtime/approver.ts';
import { config } from '../runtime/environment.ts';
import { oneOfThree } from '../runtime/errors.ts';
import { append } from '../runtime/ledger.ts';
import { logger, pipeline, type Work } from '../runtime/pipeline.ts';
import { type Item, keys } from '../runtime/table.ts';
import { seal } from '../runtime/vault.ts';
import { sign, signerOf } from './sign.ts';

/** Where an incident's newest export lies, and what it ends with; the incident's own record says so too. */
const Sealed = z.object({
  /** Ledger entries in it. */
  entries: z.int(),
  head: z.string(),
  at: z.string(),
  uri: z.string(),
  version: z.string().nullable(),
  /** SHA-256 of the archive, and of the manifest in it that is signed. */
  sha256: z.string().nullable(),
  manifest: z.string(),
});
type Sealed = z.infer<typeof Sealed>;

type Outcome = Sealed & { readonly outcome: 'sealed' | 'already-sealed'; readonly incident: string };

const Head = z.object({ sequence: z.int(), hash: z.string() });
const Meta = z.object({ resource: z.string(), sealed: Sealed.optional().catch(undefined) });

/** Times it reads an incident that is being written to, before Step Functions tries anew. */
const looks = 3;

/** All of an incident as it stood at one moment: nothing was appended to its ledger while it was read. */
async function readAtOnce({ table }: Work, incident: string): Promise<Item[]> {
  for (let look = 0; look < looks; look++) {
    const before = Head.parse(await table.get(keys.ledgerHead(incident)));
    const items = await table.query(keys.incident(incident).pk);
    const after = Head.parse(await table.get(keys.ledgerHead(incident)));
    if (before.hash === after.hash) return items;
  }
  throw new Transient(`${incident} is being written to.`);
}

/** Signs the record as it stands now, puts the export into the vault, and notes in the incident's record where. */
async function exportNow(work: Work, incident: string, resource: string): Promise<Sealed> {
  const [items, signer] = await Promise.all([readAtOnce(work, incident), signerOf(work)]);
  const unsigned = contentsOf(items, config(), signer);
  const { head, manifest } = unsigned;
  const files = signed(unsigned, await sign(work, manifest));
  const [, , , region = '', account = ''] = resource.split(':');
  const where = { incident, source: resource, account, region };
  const body = pack(incident, files, head.at);
  const {
    uri,
    version,
    sha256: digest,
  } = await seal(work, {
    ...{ ...where, kind: 'export', name: `export-${head.entries}.tar`, body },
  });
  const sealed = { entries: head.entries, head: head.hash, at: head.at, uri, version, sha256: digest };
  const noted = { ...sealed, manifest: sha256(manifest) };
  await work.table.update(keys.incident(incident), {
    UpdateExpression: 'SET #sealed = :sealed',
    ExpressionAttributeNames: { '#sealed': 'sealed' },
    ExpressionAttributeValues: { ':sealed': noted },
  });
  return noted;
}

/** Who wants it sealed, for the ledger. */
type Wish = Pick<NewEntry, 'actor' | 'detail'>;

/** That it is being sealed is on the ledger first, so the export says so too. Where an earlier attempt said so last, once is enough. */
async function announce({ table }: Work, incident: string, { actor, detail }: Wish): Promise<void> {
  const { sequence } = Head.parse(await table.get(keys.ledgerHead(incident)));
  const last = await table.get(keys.ledgerEntry(incident, sequence));
  if (last?.kind === 'sealed') return;
  await append(table, incident, (before) => ({
    ...{ kind: 'sealed', actor, detail, what: `sealing entries 1 to ${before}` },
  }));
}

async function recordFailure({ table, calls }: Work, incident: string, run: string, error: Error): Promise<void> {
  const detail = { run, error: error.name, because: error.message, calls: [...calls] };
  await append(table, incident, { kind: 'failure', actor: 'seal-record', what: 'seal-record', detail }).catch(
    (unwritten: unknown) => logger.error('The failure could not be recorded', unwritten as Error),
  );
}

/**
 * Seals an incident's record; where nothing has been added since it was last sealed, says where that lies. A failure that will not be
 * retried is on the ledger.
 */
export async function sealIncident(work: Work, incident: string, run: string, wish: Wish): Promise<Outcome> {
  const meta = Meta.safeParse(await work.table.get(keys.incident(incident)));
  if (!meta.success) throw new Refused(`There is no incident ${incident}.`);
  const { sealed, resource } = meta.data;
  try {
    const { hash } = Head.parse(await work.table.get(keys.ledgerHead(incident)));
    if (sealed?.head === hash) return { outcome: 'already-sealed', incident, ...sealed };
    await announce(work, incident, wish);
    return { outcome: 'sealed', incident, ...(await exportNow(work, incident, resource)) };
  } catch (thrown) {
    const error = oneOfThree(thrown);
    if (!(error instanceof Transient)) await recordFailure(work, incident, run, error);
    throw error;
  }
}

const FromRun = z.object({ incident: z.string(), run: z.string() });
const Request = z.strictObject({ action: z.literal('seal'), incident: z.string() });

/** Called by a run that has closed, and by the decisions API for an approver. */
export const handler = pipeline(async (event, work) => {
  const closed = FromRun.safeParse(event).data;
  if (closed) {
    const { incident, run } = closed;
    return sealIncident(work, incident, run, { actor: 'seal-record', detail: { run } });
  }
  return answer(event, (request, { name }) => {
    const wish = { actor: name, detail: { via: 'command-line' } };
    return sealIncident(work, Request.parse(request).incident, 'on demand', wish);
  });
});

import { Broken, Transient } from '../../../lib/domain/errors.ts';
import type { Sealed } from '../../../lib/domain/sealed.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import type { Item } from '../../../lib/items/item.ts';
import { headItem } from '../../../lib/items/ledger.ts';
import { contentsOf, signed } from '../../../lib/record/export/contents.ts';
import { sha256 } from '../../../lib/record/export/files.ts';
import { pack } from '../../../lib/record/export/tar.ts';
import { config } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { seal } from '../../runtime/vault.ts';
import { sign, signerOf } from '../sign.ts';
import { stamped } from '../stamped.ts';

/** How far the ledger of an incident has come. */
export async function headOf({ table }: Pick<Work, 'table'>, incident: string) {
  const head = await headItem.find(table, incident);
  if (!head) throw new Broken(`${incident} has no ledger.`);
  return head;
}

/** Times it reads an incident that is being written to, before Step Functions tries anew. */
const looks = 3;

/** All of an incident as it stood at one moment: nothing was appended to its ledger while it was read. */
async function readAtOnce(work: Work, incident: string): Promise<Item[]> {
  for (let look = 0; look < looks; look++) {
    const before = await headOf(work, incident);
    const items = await work.table.query(partitionOf(incident));
    const after = await headOf(work, incident);
    if (before.hash === after.hash) return items;
  }
  throw new Transient(`${incident} is being written to.`);
}

/** Notes where the export lies; where another sealing has noted a longer one meanwhile, that stands. */
async function note({ table }: Work, incident: string, sealed: Sealed): Promise<void> {
  const update = {
    UpdateExpression: 'SET #sealed = :sealed',
    ConditionExpression: 'attribute_not_exists(#sealed) OR #sealed.#entries <= :entries',
    ExpressionAttributeNames: { '#sealed': 'sealed', '#entries': 'entries' },
    ExpressionAttributeValues: { ':sealed': sealed, ':entries': sealed.entries },
  };
  await table.update(incidentItem.key(incident), update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}

/** What is to be exported, and from which resource the incident came. */
export interface Subject {
  readonly incident: string;
  readonly resource: string;
  /** An export of the very same entries that lies in the vault, and only lacks its time-stamp. */
  readonly standing: Sealed | null;
}

/** The answer of a sealing. */
export type Exported = Sealed & { readonly outcome: 'sealed' | 'already-sealed' };

/**
 * Signs the record as it stands now, puts the export into the vault, and notes in the incident's record where. Where the only thing
 * missing was a time-stamp and there still is none, the standing export stands: the vault keeps every version for as long as its lock.
 */
export async function exportNow(work: Work, { incident, resource, standing }: Subject): Promise<Exported> {
  const [items, signer] = await Promise.all([readAtOnce(work, incident), signerOf(work)]);
  const unsigned = contentsOf(items, config(), signer);
  const { head, manifest } = unsigned;
  const signature = await sign(work, manifest);
  const { answer, ...told } = await stamped({ incident }, signature, head.at);
  if (standing?.head === head.hash && !answer) {
    const again = { ...standing, ...told };
    await note(work, incident, again);
    return { outcome: 'already-sealed', ...again };
  }
  const body = pack(incident, signed(unsigned, signature, answer), head.at);
  const [, , , region = '', account = ''] = resource.split(':');
  const artefact = { incident, source: resource, account, region, kind: 'export', name: `export-${head.entries}.tar` };
  const { uri, version, sha256: digest } = await seal(work, { ...artefact, body });
  const sealed = { entries: head.entries, head: head.hash, at: head.at, uri, version, sha256: digest };
  const noted = { ...sealed, manifest: sha256(manifest), ...told };
  await note(work, incident, noted);
  return { outcome: 'sealed', ...noted };
}

import { tipItem } from '../../lib/items/checkpoint.ts';
import type { ChainFault } from '../../lib/record/checkpoint/chain.ts';
import { type CheckpointVerdict, checkAll } from '../../lib/record/checkpoint/verdict.ts';
import { archivesOf, checkpointsIn, checkpointsOf, ledgerOfExport, ledgersOf } from './checkpoints.ts';
import { checkpointsPage } from './checkpoints-page.ts';
import type { Deployment } from './deployment.ts';
import type { Answer } from './verb.ts';

export interface Asked {
  /** Exports to compare; none: all ledgers of the deployment, where the checkpoints come from there. */
  readonly exports: readonly string[];
  /** Folder with checkpoints; null: those in the vault of the deployment. */
  readonly folder: string | null;
  readonly pinned: string | null;
  readonly authority: readonly Uint8Array[] | null;
  readonly stack: string;
}

const exported =
  ({ exports, pinned }: Pick<Asked, 'exports' | 'pinned'>) =>
  () =>
    Promise.all(exports.map((path) => ledgerOfExport(path, pinned)));

/** Offline: the checkpoints of a folder, and the exports named. */
async function offline(folder: string, asked: Asked): Promise<CheckpointVerdict> {
  const { pinned, authority } = asked;
  const archives = await checkpointsIn(folder);
  return checkAll({ archives, pinned, authority, ledgersOf: exported(asked), scope: 'some', now: null });
}

/** The newest checkpoints may be gone from the vault: the table knows how many there were. */
async function lostTip({ table }: Deployment, { last }: CheckpointVerdict): Promise<ChainFault[]> {
  const newest = (await tipItem.find(table))?.tip.number ?? 0;
  const found = last?.number ?? 0;
  if (newest <= found) return [];
  const what = `The table knows checkpoints up to ${newest}, and those in the vault end with ${found}.`;
  return [{ kind: 'removed', checkpoint: newest, incident: null, what }];
}

/** The vault's checkpoints, against the exports named, or against every ledger in the table. Where no key is named, it is the deployment's. */
async function deployed(asked: Asked, key: string | null): Promise<CheckpointVerdict> {
  const { findDeployment } = await import('./deployment.ts');
  const { publishedKey } = await import('./export-fetch.ts');
  const deployment = await findDeployment(asked.stack);
  const pinned = key ?? (await publishedKey(deployment));
  const { stored, faults } = await checkpointsOf(deployment);
  const scope = asked.exports.length === 0 ? 'all' : 'some';
  const verdict = await checkAll({
    archives: archivesOf(stored),
    pinned,
    authority: asked.authority,
    ledgersOf: scope === 'all' ? (named) => ledgersOf(deployment, named) : exported({ ...asked, pinned }),
    scope,
    now: new Date().toISOString(),
  });
  const all = [...faults, ...verdict.faults, ...(await lostTip(deployment, verdict))];
  return { ...verdict, ok: all.length === 0, faults: all };
}

/** `verify --checkpoints`: checks them, and what is at hand against them. */
export async function verifyCheckpoints(asked: Asked): Promise<Answer> {
  const { exports, folder, pinned } = asked;
  const verdict = await (folder === null ? deployed(asked, pinned) : offline(folder, asked));
  const where = exports.length === 0 ? 'of the deployment' : 'of exports';
  const text = checkpointsPage(verdict, folder === null || pinned ? 'pinned' : 'not pinned', where);
  const [first] = verdict.faults;
  const more = verdict.faults.length > 1 ? ` (and ${verdict.faults.length - 1} more)` : '';
  return { data: verdict, text, next: 'incidents', ...(first && { failed: `${first.what}${more}` }) };
}

import { randomBytes } from 'node:crypto';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import { named } from '../../../lib/domain/named.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { findingAbout, readBack } from '../../../test/sandbox/finding.ts';
import { createNotebook, notebookRuns, notebookState } from '../../../test/sandbox/notebooks.ts';
import type { Notebook } from './target.ts';

/** What somebody runs with stolen credentials: no finding names it, the run of whoever started it does. */
async function running({ deployment }: Ground): Promise<Finding> {
  const { accounts, region } = deployment.sandbox;
  const name = `notebook-${randomBytes(4).toString('hex')}`;
  await createNotebook(deployment, name, region);
  const finding = readBack(findingAbout(deployment, 'none', { type: 'Impact:SES/ResourceHijacking' }));
  return { ...finding, targets: [named('notebook', name, { account: accounts.member, region })] };
}

const place = ({ id, region }: Notebook) => ({ name: id, region });

export const world: World<Notebook> = {
  shapes: { 'a notebook instance': running },
  look: async (stage: Stage, target) => ({ state: await notebookState(stage, place(target)) }),
  trial: {
    try: async (stage, target) => ({ thief: await notebookRuns(stage, place(target)) }),
    before: { thief: 'allowed' },
    held: { 'stop-notebook': { thief: 'denied' } },
  },
};

import { Argument } from 'commander';
import { Failure, stack, type Verb } from '../console/verb.ts';

/** Entries and head may be read a moment apart while the ledger grows: a break counts when it is seen again. */
const looks = 3;

export const incident: Verb = {
  name: 'incident',
  summary: 'show one incident whole: findings, approvals, steps, obligations, evidence, ledger, timeline',
  operands: [new Argument('<id>', 'as `incidents` lists it')],
  options: [stack],
  examples: ['incident inc-0123456789ab', 'incident inc-0123456789ab --json'],

  async run({ operands: [id = ''], options: { stack = '' } }) {
    const { findDeployment, partitionOf } = await import('../console/deployment.ts');
    const { incidentFrom } = await import('../../lib/record/incident.ts');
    const { incidentPage, nextAbout } = await import('../console/incident-page.ts');
    const { table } = await findDeployment(stack);
    const look = async () => incidentFrom(await table.all(partitionOf(id)));
    let found = await look();
    for (let turn = 1; found?.ledger.intact === false && turn < looks; turn++) found = await look();
    if (!found) throw new Failure(`There is no incident ${id}. The verb \`incidents\` lists them.`);
    return { data: found, text: await incidentPage(found, new Date().toISOString()), next: nextAbout(found) };
  },
};

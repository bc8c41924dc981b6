import { ListParentsCommand, MoveAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { Broken, Refused } from '../../../lib/domain/errors.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { config, environment } from '../../runtime/environment.ts';
import { isDenied, sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Suspect } from '../arns.ts';
import { refusedByOrganizations } from '../refusal.ts';
import { planQuarantine } from './plan.ts';
import { type Parent, quarantineAccount } from './step.ts';

type Job = LeverJob<Suspect, Parent>;

async function look({ account }: Suspect, session: Session): Promise<Parent> {
  const asked = session.client(OrganizationsClient).send(new ListParentsCommand({ ChildId: account }));
  const { Parents: [parent] = [] } = await asked.catch(refusedByOrganizations);
  if (!parent?.Id) throw new Broken(`Organizations answered: account ${account} has no parent.`);
  return { parent: parent.Id };
}

/** Policies can be delegated to another account, moving accounts cannot (Organizations guide, "Delegated administrator"). */
function refused(error: Error, { account }: Suspect, to: string): never {
  if (!isDenied(error)) return refusedByOrganizations(error);
  const words = `Only the management account may move accounts: move ${account} to ${to} there by hand`;
  throw new Refused(`${words}. (${sentence(error)})`, { cause: error });
}

/** Into quarantine and back is the same call with another destination. */
async function move({ target, from, to, session }: Job): Promise<Change> {
  if (from.parent === to.parent) return { outcome: 'already-applied' };
  const where = { SourceParentId: from.parent, DestinationParentId: to.parent };
  const request = new MoveAccountCommand({ AccountId: target.account, ...where });
  await session
    .client(OrganizationsClient)
    .send(request)
    .catch((error: Error) => {
      // Somebody was as quick as we: it is where it should be.
      if (error.name !== 'DuplicateAccountException') refused(error, target, to.parent);
    });
  return { outcome: 'applied', changed: [`${target.account}: from ${from.parent} to ${to.parent}`] };
}

export const handler = serveLever(quarantineAccount, {
  look,
  plan: ({ account }, before) => {
    const { account: administrator, management, quarantineUnit: unit } = config().organizationAdmin ?? {};
    return planQuarantine(account, before, { administrator, management, hub: environment('HUB'), unit });
  },
  apply: move,
  release: move,
});

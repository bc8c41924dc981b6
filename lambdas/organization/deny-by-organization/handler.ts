import { createHash } from 'node:crypto';
import { ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { Broken } from '../../../lib/domain/errors.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { config, environment } from '../../runtime/environment.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { targetArn } from '../../targets/target.ts';
import type { Suspect } from '../arns.ts';
import { attach, attachedContent, takeOff } from '../control-policies.ts';
import { refusedByOrganizations } from '../refusal.ts';
import { contentFor, descriptionFor, isOurs, planDeny, policyName } from './plan.ts';
import { denyByOrganization, type OrganizationDeny } from './step.ts';

type Job = LeverJob<Suspect, OrganizationDeny>;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const nameFor = (target: Suspect): string => policyName(environment('NAME'), targetArn(target), digest);

/** What the policy is attached to. An organisation has one root (Organizations API, ListRoots). */
async function homeOf({ kind, account }: Suspect, session: Session): Promise<string> {
  if (kind !== 'person') return account;
  const asked = session.client(OrganizationsClient).send(new ListRootsCommand({}));
  const { Roots: [root] = [] } = await asked.catch(refusedByOrganizations);
  if (!root?.Id) throw new Broken('Organizations answered: there is no root.');
  return root.Id;
}

async function look(target: Suspect, session: Session): Promise<OrganizationDeny> {
  const policy = nameFor(target);
  const content = await attachedContent(session, policy, await homeOf(target, session));
  if (content === null) return { policy, attached: 'no' };
  return { policy, attached: isOurs(content, target) ? 'yes' : 'rewritten' };
}

async function apply({ target, from, to, session, run }: Job): Promise<Change> {
  if (from.attached === 'yes') return { outcome: 'already-applied' };
  const content = contentFor(target);
  if (!content) throw new Broken(`${target.id} has a plan although nothing distinguishes it from others.`);
  const wanted = {
    name: nameFor(target),
    content,
    description: descriptionFor(targetArn(target), run.incident),
    incident: run.incident,
    isSame: (found: string) => isOurs(found, target),
  };
  const where = await attach(session, wanted, () => homeOf(target, session));
  return { outcome: 'applied', changed: [`${where}: ${to.policy} attached`] };
}

async function release({ target, to, session }: Job): Promise<Change> {
  const where = await takeOff(session, nameFor(target), () => homeOf(target, session));
  if (!where) return { outcome: 'already-applied' };
  return { outcome: 'applied', changed: [`${where}: ${to.policy} detached and deleted`] };
}

export const handler = serveLever(denyByOrganization, {
  look,
  plan: (target, before) => {
    const { management } = config().organizationAdmin ?? {};
    return planDeny(target, before, { deployment: environment('NAME'), management });
  },
  apply,
  release,
});

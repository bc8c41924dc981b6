import { createHash } from 'node:crypto';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
  type PolicySummary,
  paginateListPolicies,
  paginateListPoliciesForTarget,
} from '@aws-sdk/client-organizations';
import { Broken, Refused, Transient } from '../../../lib/domain/errors.ts';
import { incidentTag } from '../../../lib/domain/marks.ts';
import type { Change } from '../../../lib/domain/outcome.ts';
import { config, environment } from '../../runtime/environment.ts';
import { sentence } from '../../runtime/errors.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import { targetArn } from '../../targets/target.ts';
import type { Suspect } from '../arns.ts';
import { refusedByOrganizations } from '../refusal.ts';
import { contentFor, descriptionFor, isOurs, planDeny, policyName } from './plan.ts';
import { denyByOrganization, type OrganizationDeny } from './step.ts';

type Job = LeverJob<Suspect, OrganizationDeny>;

const Type = 'SERVICE_CONTROL_POLICY';
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const nameFor = (target: Suspect): string => policyName(environment('NAME'), targetArn(target), digest);

/** For `.catch`: the answer that says the thing is done already is as good as doing it. */
const unless =
  (done: string) =>
  (error: Error): void => {
    if (error.name !== done) refusedByOrganizations(error);
  };

/** What the policy is attached to. An organisation has one root (Organizations API, ListRoots). */
async function homeOf({ kind, account }: Suspect, session: Session): Promise<string> {
  if (kind !== 'person') return account;
  const asked = session.client(OrganizationsClient).send(new ListRootsCommand({}));
  const { Roots: [root] = [] } = await asked.catch(refusedByOrganizations);
  if (!root?.Id) throw new Broken('Organizations answered: there is no root.');
  return root.Id;
}

type Pages = AsyncIterable<{ readonly Policies?: PolicySummary[] | undefined }>;

/** The id of the policy by that name, in lists that may go on over several pages. */
async function idIn(pages: Pages, name: string): Promise<string | null> {
  try {
    for await (const { Policies = [] } of pages) {
      const found = Policies.find(({ Name }) => Name === name);
      if (found?.Id) return found.Id;
    }
    return null;
  } catch (error) {
    return refusedByOrganizations(error as Error);
  }
}

async function isWhole(PolicyId: string, target: Suspect, session: Session): Promise<boolean> {
  const asked = session.client(OrganizationsClient).send(new DescribePolicyCommand({ PolicyId }));
  const { Policy } = await asked.catch(refusedByOrganizations);
  return isOurs(Policy?.Content, target);
}

async function look(target: Suspect, session: Session): Promise<OrganizationDeny> {
  const [policy, TargetId] = [nameFor(target), await homeOf(target, session)];
  const client = session.client(OrganizationsClient);
  const id = await idIn(paginateListPoliciesForTarget({ client }, { TargetId, Filter: Type }), policy);
  if (!id) return { policy, attached: 'no' };
  return { policy, attached: (await isWhole(id, target, session)) ? 'yes' : 'rewritten' };
}

const standing = (target: Suspect, session: Session): Promise<string | null> =>
  idIn(paginateListPolicies({ client: session.client(OrganizationsClient) }, { Filter: Type }), nameFor(target));

/** The id of our policy, new or from an attempt that died before it was attached. */
async function policyFor({ target, session, run }: Job): Promise<string> {
  const [Name, Content] = [nameFor(target), contentFor(target)];
  if (!Content) throw new Broken(`${target.id} has a plan although nothing distinguishes it from others.`);
  const Description = descriptionFor(targetArn(target), run.incident);
  const Tags = [{ Key: incidentTag, Value: run.incident }];
  const request = new CreatePolicyCommand({ Name, Description, Type, Content, Tags });
  const made = await session.client(OrganizationsClient).send(request).catch(unless('DuplicatePolicyException'));
  if (made?.Policy?.PolicySummary?.Id) return made.Policy.PolicySummary.Id;
  const id = await standing(target, session);
  if (!id) throw new Transient(`Organizations answered: ${Name} exists, but does not list it yet.`);
  if (await isWhole(id, target, session)) return id;
  throw new Refused(`A service control policy ${Name} exists with other content: review it and delete it.`);
}

/** What was made a moment ago may not be found yet: tried again, it is, or it is made anew where it has really gone. */
function attached(error: Error): void {
  if (error.name === 'PolicyNotFoundException') throw new Transient(sentence(error), { cause: error });
  unless('DuplicatePolicyAttachmentException')(error);
}

async function apply(job: Job): Promise<Change> {
  const { target, from, to, session } = job;
  if (from.attached === 'yes') return { outcome: 'already-applied' };
  const [PolicyId, TargetId] = [await policyFor(job), await homeOf(target, session)];
  const request = new AttachPolicyCommand({ PolicyId, TargetId });
  await session.client(OrganizationsClient).send(request).catch(attached);
  return { outcome: 'applied', changed: [`${TargetId}: ${to.policy} attached`] };
}

/** Whatever is left of it goes: an attempt that died may have detached it already. */
async function release({ target, to, session }: Job): Promise<Change> {
  const organizations = session.client(OrganizationsClient);
  const [PolicyId, TargetId] = [await standing(target, session), await homeOf(target, session)];
  if (!PolicyId) return { outcome: 'already-applied' };
  const detach = new DetachPolicyCommand({ PolicyId, TargetId });
  await organizations.send(detach).catch(unless('PolicyNotAttachedException'));
  await organizations.send(new DeletePolicyCommand({ PolicyId })).catch(unless('PolicyNotFoundException'));
  return { outcome: 'applied', changed: [`${TargetId}: ${to.policy} detached and deleted`] };
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

/** Service control policies of ours: each is found by its name, made once, attached to one node, and taken off and deleted again. */
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  OrganizationsClient,
  type PolicySummary,
  paginateListPolicies,
  paginateListPoliciesForTarget,
} from '@aws-sdk/client-organizations';
import { Refused, Transient } from '../../lib/domain/errors.ts';
import { incidentTag } from '../../lib/domain/marks.ts';
import { sentence } from '../runtime/errors.ts';
import type { Session } from '../runtime/session.ts';
import { refusedByOrganizations } from './refusal.ts';

const Type = 'SERVICE_CONTROL_POLICY';

/** For `.catch`: the answer that says the thing is done already is as good as doing it. */
const unless =
  (done: string) =>
  (error: Error): void => {
    if (error.name !== done) refusedByOrganizations(error);
  };

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

/** What an attached policy says; null where none by that name is attached there. */
export async function attachedContent(session: Session, name: string, TargetId: string): Promise<string | null> {
  const client = session.client(OrganizationsClient);
  const id = await idIn(paginateListPoliciesForTarget({ client }, { TargetId, Filter: Type }), name);
  return id && contentOf(session, id);
}

async function contentOf(session: Session, PolicyId: string): Promise<string> {
  const asked = session.client(OrganizationsClient).send(new DescribePolicyCommand({ PolicyId }));
  const { Policy } = await asked.catch(refusedByOrganizations);
  return Policy?.Content ?? '';
}

const standing = (session: Session, name: string): Promise<string | null> =>
  idIn(paginateListPolicies({ client: session.client(OrganizationsClient) }, { Filter: Type }), name);

/** A policy to be. */
export interface Wanted {
  readonly name: string;
  readonly content: string;
  readonly description: string;
  readonly incident: string;
  /** Whether one that stands under the name says the same. */
  isSame(content: string): boolean;
}

/** The id of our policy, new or from an attempt that died before it was attached. */
async function idFor(session: Session, { name, content, description, incident, isSame }: Wanted): Promise<string> {
  const request = new CreatePolicyCommand({
    Name: name,
    Description: description,
    Type,
    Content: content,
    Tags: [{ Key: incidentTag, Value: incident }],
  });
  const made = await session.client(OrganizationsClient).send(request).catch(unless('DuplicatePolicyException'));
  if (made?.Policy?.PolicySummary?.Id) return made.Policy.PolicySummary.Id;
  const id = await standing(session, name);
  if (!id) throw new Transient(`Organizations answered: ${name} exists, but does not list it yet.`);
  if (isSame(await contentOf(session, id))) return id;
  throw new Refused(`A service control policy ${name} exists with other content: review it and delete it.`);
}

/** What was made a moment ago may not be found yet: tried again, it is, or it is made anew where it has really gone. */
function attached(error: Error): void {
  if (error.name === 'PolicyNotFoundException') throw new Transient(sentence(error), { cause: error });
  unless('DuplicatePolicyAttachmentException')(error);
}

/** Made, and attached there; `to` is looked up once it is made. */
export async function attach(session: Session, wanted: Wanted, to: () => Promise<string>): Promise<string> {
  const [PolicyId, TargetId] = [await idFor(session, wanted), await to()];
  await session.client(OrganizationsClient).send(new AttachPolicyCommand({ PolicyId, TargetId })).catch(attached);
  return TargetId;
}

/** Whatever is left of it goes: an attempt that died may have detached it already. Null where there is none. */
export async function takeOff(session: Session, name: string, from: () => Promise<string>): Promise<string | null> {
  const organizations = session.client(OrganizationsClient);
  const [PolicyId, TargetId] = [await standing(session, name), await from()];
  if (!PolicyId) return null;
  const detach = new DetachPolicyCommand({ PolicyId, TargetId });
  await organizations.send(detach).catch(unless('PolicyNotAttachedException'));
  await organizations.send(new DeletePolicyCommand({ PolicyId })).catch(unless('PolicyNotFoundException'));
  return TargetId;
}

import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  paginateListAssociatedAccessPolicies,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { orGone } from '../../runtime/facts.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { EksCluster } from '../eks-cluster/target.ts';
import { ownTags } from '../own-tags.ts';
import { planRemoval, policySteps } from './plan.ts';
import { type AccessEntry, removeAccessEntry } from './step.ts';

type Job = LeverJob<EksCluster, AccessEntry>;
type Entry = NonNullable<AccessEntry['entry']>;

const which = ({ id, entry }: EksCluster) => ({ clusterName: id, principalArn: entry ?? '' });

async function policiesOf(target: EksCluster, session: Session): Promise<Entry['policies']> {
  const found: [string, string[] | null][] = [];
  const asked = { client: session.client(EKSClient) };
  for await (const { associatedAccessPolicies = [] } of paginateListAssociatedAccessPolicies(asked, which(target)))
    for (const { policyArn = '', accessScope } of associatedAccessPolicies)
      found.push([policyArn, accessScope?.type === 'namespace' ? (accessScope.namespaces ?? []).toSorted() : null]);
  return Object.fromEntries(found);
}

async function look(target: EksCluster, session: Session): Promise<AccessEntry> {
  if (!target.entry) return { entry: null };
  const read = Promise.all([
    session.client(EKSClient).send(new DescribeAccessEntryCommand(which(target))),
    policiesOf(target, session),
  ]);
  const [{ accessEntry } = {}, policies = {}] = (await read.catch(orGone)) ?? [];
  if (!accessEntry) return { entry: null };
  const { type = 'STANDARD', username = '', kubernetesGroups = [], tags = {} } = accessEntry;
  return { entry: { type, username, groups: kubernetesGroups.toSorted(), tags: ownTags(tags), policies } };
}

async function apply({ target, session, from }: Job): Promise<Change> {
  if (!from.entry) return { outcome: 'already-applied' };
  await session
    .client(EKSClient)
    .send(new DeleteAccessEntryCommand(which(target)))
    .catch(orGone);
  return changeOf([`${target.entry}: access entry removed`], []);
}

/** One that stands there is made what it was; none is made anew. */
async function putBack({ target, session }: Job, here: Entry | null, meant: Entry): Promise<void> {
  const eks = session.client(EKSClient);
  const { username, groups: kubernetesGroups, tags, type } = meant;
  const parts = { ...which(target), username, kubernetesGroups };
  if (!here) await eks.send(new CreateAccessEntryCommand({ ...parts, tags, type }));
  else if (differences([here.username, here.groups], [username, meant.groups]).length > 0)
    await eks.send(new UpdateAccessEntryCommand(parts));
  const { associate, disassociate } = policySteps(here?.policies ?? {}, meant.policies);
  for (const [policyArn, namespaces] of associate) {
    const accessScope = namespaces ? { type: 'namespace' as const, namespaces } : { type: 'cluster' as const };
    await eks.send(new AssociateAccessPolicyCommand({ ...which(target), policyArn, accessScope }));
  }
  for (const policyArn of disassociate)
    await eks.send(new DisassociateAccessPolicyCommand({ ...which(target), policyArn }));
}

async function release(job: Job): Promise<Change> {
  const { target, from, to } = job;
  if (!to.entry || differences(from, to).length === 0) return { outcome: 'already-applied' };
  await putBack(job, from.entry, to.entry);
  return changeOf([`${target.entry}: access entry restored`], []);
}

export const handler = serveLever(removeAccessEntry, { look, plan: planRemoval, apply, release });

import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { differences } from '../../../lib/domain/before-state.ts';
import { type Change, changeOf } from '../../../lib/domain/outcome.ts';
import { orGone } from '../../runtime/facts.ts';
import { type LeverJob, serveLever } from '../../runtime/serve-lever.ts';
import type { Session } from '../../runtime/session.ts';
import type { Workload } from '../eks-workload/target.ts';
import { ownTags } from '../own-tags.ts';
import { planDetach, serviceAccountOf } from './plan.ts';
import { type Association, detachPodIdentity } from './step.ts';

type Job = LeverJob<Workload, Association>;

/** A service account has no more than one (EKS user guide, "EKS Pod Identity considerations"). */
async function idOf(target: Workload, session: Session): Promise<string | null> {
  const { cluster: clusterName, namespace } = target;
  const serviceAccount = serviceAccountOf(target);
  if (serviceAccount === null) return null;
  const command = new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount });
  const { associations: [first] = [] } = await session.client(EKSClient).send(command);
  return first?.associationId ?? null;
}

async function look(target: Workload, session: Session): Promise<Association> {
  const associationId = await idOf(target, session);
  if (!associationId) return { association: null };
  const command = new DescribePodIdentityAssociationCommand({ clusterName: target.cluster, associationId });
  const { association } = (await session.client(EKSClient).send(command).catch(orGone)) ?? {};
  if (!association) return { association: null };
  const { roleArn: role = '', disableSessionTags, policy = null, tags = {}, targetRoleArn, ownerArn } = association;
  const sessions = disableSessionTags ? ('untagged' as const) : ('tagged' as const);
  // EKS may answer an empty text where there is none.
  const [chained, addOn] = [targetRoleArn || null, ownerArn || null];
  return { association: { role, sessions, policy, tags: ownTags(tags), chained, addOn } };
}

async function remove({ target, session }: Job): Promise<void> {
  const associationId = await idOf(target, session);
  if (!associationId) return;
  const command = new DeletePodIdentityAssociationCommand({ clusterName: target.cluster, associationId });
  await session.client(EKSClient).send(command).catch(orGone);
}

/** One that stands there is replaced: its tags cannot be set together with the rest. */
async function carryOut(job: Job): Promise<Change> {
  const { from, to, target, session } = job;
  const [account, meant] = [serviceAccountOf(target), to.association];
  if (account === null || differences(from, to).length === 0) return { outcome: 'already-applied' };
  if (from.association) await remove(job);
  if (meant) {
    const which = { clusterName: target.cluster, namespace: target.namespace, serviceAccount: account };
    const { role: roleArn, sessions, policy, tags } = meant;
    const disableSessionTags = sessions === 'untagged';
    const made = { ...which, roleArn, disableSessionTags, tags, ...(policy !== null && { policy }) };
    await session.client(EKSClient).send(new CreatePodIdentityAssociationCommand(made));
  }
  return changeOf([`${target.namespace}/${account}: association ${meant ? 'made again' : 'removed'}`], []);
}

export const handler = serveLever(detachPodIdentity, { look, plan: planDetach, apply: carryOut, release: carryOut });

import { randomBytes } from 'node:crypto';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DescribeAccessEntryCommand,
  EKSClient,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Finding } from '../../../lib/domain/finding/finding.ts';
import type { Picture } from '../../../test/contract/picture.ts';
import type { Ground, Stage } from '../../../test/contract/subject.ts';
import type { World } from '../../../test/contract/worlds.ts';
import { clusterFinding, makeCluster, tokenBearer } from '../../../test/sandbox/cluster.ts';
import type { Attempt } from '../../../test/sandbox/estate.ts';
import { readBack } from '../../../test/sandbox/finding.ts';
import type { Sandbox } from '../../../test/sandbox/sandbox.ts';
import type { EksCluster } from './target.ts';

const made = new WeakMap<Sandbox, Promise<unknown>>();
const name = 'people';
const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const innocent = 'platform';

/** A role with a path that administers the cluster by an access entry. */
async function administrator({ client, sandbox }: Ground['deployment'], RoleName: string): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await client(IAMClient, 'member').send(new CreateRoleCommand({ RoleName, Path: '/team/', AssumeRolePolicyDocument }));
  const eks = client(EKSClient, 'member');
  const which = { clusterName: name, principalArn: `arn:aws:iam::${sandbox.accounts.member}:role/team/${RoleName}` };
  const entry = { ...which, kubernetesGroups: ['deployers'], tags: { team: 'web' } };
  await eks.send(new CreateAccessEntryCommand(entry));
  const accessScope = { type: 'cluster' as const };
  await eks.send(new AssociateAccessPolicyCommand({ ...which, policyArn, accessScope }));
}

async function aboutCaller({ deployment }: Ground): Promise<Finding> {
  const { sandbox, client } = deployment;
  const known = made.get(sandbox) ?? makeCluster(sandbox, client, name).then(() => administrator(deployment, innocent));
  made.set(sandbox, known);
  await known;
  const RoleName = `deploy-${randomBytes(4).toString('hex')}`;
  await administrator(deployment, RoleName);
  return readBack(clusterFinding(sandbox, name, RoleName));
}

const which = ({ id, entry }: EksCluster) => ({ clusterName: id, principalArn: entry ?? '' });

async function look({ client }: Stage, target: EksCluster): Promise<Picture> {
  const eks = client(EKSClient, 'member');
  try {
    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(which(target)));
    const { associatedAccessPolicies } = await eks.send(new ListAssociatedAccessPoliciesCommand(which(target)));
    const { username, kubernetesGroups, tags, type } = accessEntry ?? {};
    const policies = associatedAccessPolicies?.map((one) => [one.policyArn, one.accessScope]);
    return { username, kubernetesGroups, tags, type, policies };
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    return { entry: null };
  }
}

/** Somebody else lets it in again, with less. */
async function meddle({ client }: Stage, target: EksCluster): Promise<void> {
  const eks = client(EKSClient, 'member');
  const entry = { ...which(target), kubernetesGroups: ['readers'] };
  await eks.send(new CreateAccessEntryCommand({ ...entry, tags: { team: 'web' } })).catch(async (error: Error) => {
    if (error.name !== 'ResourceInUseException') throw error;
    await eks.send(new UpdateAccessEntryCommand(entry));
  });
}

/** Both really call the API server, with tokens of their own sessions. */
async function tryIt({ sandbox }: Stage, target: EksCluster) {
  const as = (role: string): Promise<Attempt> => tokenBearer(sandbox, target.id, role);
  const [thief, other] = await Promise.all([as(target.entry?.split('/').at(-1) ?? ''), as(innocent)]);
  return { thief, innocent: other };
}

export const world: World<EksCluster> = {
  shapes: { 'a cluster somebody called': aboutCaller },
  look,
  meddle,
  trial: {
    try: tryIt,
    before: { thief: 'allowed', innocent: 'allowed' },
    held: { 'remove-access-entry': { thief: 'denied', innocent: 'allowed' } },
  },
};
